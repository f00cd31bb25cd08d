import type { Kysely } from 'kysely'

/**
 * The tables as the code sees them; `migrations/` makes them. Ids are lower-case UUIDs, times are
 * milliseconds since 1970, booleans are 0 or 1. A column `seq` is the position in the log of the
 * row's last change, and unique in its table.
 */
export interface Schema {
  log: LogTable
  ended_lineage: EndedLineageTable
  user: UserTable
  likeness: LikenessTable
  name_word: NameWordTable
  credential: CredentialTable
  session: SessionTable
  conversation: ConversationTable
  member: MemberTable
  message: MessageTable
  mention: MentionTable
  annotation: AnnotationTable
  event: EventTable
  receipt: ReceiptTable
  reading: ReadingTable
  personal: PersonalTable
  hidden_message: HiddenMessageTable
  preference: PreferenceTable
  picture: PictureTable
  file: FileTable
  file_content: FileContentTable
  message_file: MessageFileTable
  command: CommandTable
  classroom: ClassroomTable
  classroom_staff: ClassroomStaffTable
  question: QuestionTable
  reply: ReplyTable
  vote: VoteTable
  poll: PollTable
  poll_answer: PollAnswerTable
  spent_token: SpentTokenTable
  token_issuance: TokenIssuanceTable
  student_command: StudentCommandTable
  reply_file: ReplyFileTable
  photo_upload: PhotoUploadTable
  photo_piece: PhotoPieceTable
  photo_content: PhotoContentTable
  classroom_command: CommandTable
  /** Of SQLite alone, where classrooms have these for themselves too. */
  classroom_log: LogTable
  classroom_lineage: EndedLineageTable
  probe: ProbeTable
  audit: AuditTable
  setting_value: SettingValueTable
  standing: StandingTable
  report: ReportTable
  question_report: QuestionReportTable
  server_secret: ServerSecretTable
  one_time_link: OneTimeLinkTable
  invitation: InvitationTable
  email_address: EmailAddressTable
  email_code: EmailCodeTable
  erasure: ErasureTable
  erased_session: ErasedSessionTable
  lease: LeaseTable
  external_identity: ExternalIdentityTable
  ceremony: CeremonyTable
  block: BlockTable
  contact_request: ContactRequestTable
  passkey: PasskeyTable
}

/**
 * One row a log. `epoch` is of clients without lineages, and never changes. `lineage_start` is the head at which the
 * present lineage began; before a process began one, the epoch stands for it. Below
 * `floor` the log has forgotten what ended.
 */
export interface LogTable {
  id: string
  epoch: string
  epoch_start: number
  lineage: string | null
  lineage_start: number
  head: number
  floor: number
}

/** A lineage in which a log was written before, up to and with `ended`. */
export interface EndedLineageTable {
  log_id: string
  id: string
  ended: number
}

/** `former`: the account was deleted, and the row tells only that somebody wrote what has its id. */
export interface UserTable {
  id: string
  seq: number
  handle: string
  name: string
  picture_id: string | null
  created_at: number
  former: number
}

/** What a name or a handle looks like, as a hash: see server/campus/skeleton.ts. */
export interface LikenessTable {
  user_id: string
  kind: 'name' | 'handle'
  look: string
}

/** By what people are found and in what order: see server/campus/name-words.ts. */
export interface NameWordTable {
  kind: 'name' | 'word'
  word: string
  user_id: string
}

export interface CredentialTable {
  user_id: string
  password_hash: string
}

/**
 * `secret_hash` is the SHA-256, in hex, of the secret half of the cookie. `cursor_seq` is what the
 * device acknowledged, and `synced_at` when it last did.
 */
export interface SessionTable {
  id: string
  user_id: string
  secret_hash: string
  device: string
  created_at: number
  last_seen_at: number
  cursor_seq: number
  synced_at: number | null
  /** Null of one that was begun before this was kept. */
  signed_in_by: 'password' | 'sso' | 'passkey' | null
  /** When its device last showed whose it is; null is when it was begun. */
  proven_at: number | null
}

/**
 * `last_n` and `last_seq` follow the newest message and the newest change of any row in it, and
 * `member_count` who is in it (of Everyone, who is registered); they are no part of the synced row.
 * `crowded` is of Everyone alone: more are registered than a device is to hold. `posting` is who may write there, and null where
 * everybody may; `slow_seconds` lie between two messages of one person.
 */
export interface ConversationTable {
  id: string
  seq: number
  kind: 'direct' | 'group' | 'everyone'
  title: string | null
  creator_id: string | null
  created_at: number
  last_n: number
  last_seq: number
  member_count: number
  picture_id: string | null
  description: string | null
  crowded: number
  posting: 'leaders' | 'moderators' | 'nobody' | null
  slow_seconds: number
}

/**
 * `since` and `since_n` are the log's position and the conversation's last `n` when this membership began; `removed_by` and
 * `removed_at` tell how it ended, and are null where that is not known. `removed` is 0 while it lasts, 1 once it has ended, and
 * 2 while somebody is asked to take up a direct conversation: the other one sees a member, and they see nothing of it.
 */
export interface MemberTable {
  conversation_id: string
  user_id: string
  seq: number
  since: number
  since_n: number
  removed: number
  removed_by: string | null
  removed_at: number | null
}

/** `mentions` holds user ids with commas between them, and is null where there are none. */
export interface MessageTable {
  id: string
  seq: number
  conversation_id: string
  n: number
  author_id: string
  text: string | null
  written_at: number
  sent_at: number
  edited_at: number | null
  reply_to_id: string | null
  reply_to_n: number | null
  mentions: string | null
  mentions_all: number
  forwarded: number
  pinned_at: number | null
  /** Null too for what was pinned before that was kept. */
  pinned_by: string | null
  edits: number
  /** JSON: a list of the contract's `messageFile`; null where there are none. */
  files: string | null
  /** A moderator took it away, and not its author. */
  taken_away: number
  /** JSON: from whom it is kept as it is, and what they have instead; null where everybody has the same. */
  withheld: string | null
}

/**
 * A file that somebody uploads, or uploaded: `shown_as` is what they want it to be shown as, `sha256` what their device says
 * that it comes to, `touched_at` when they last asked about it. From `content_id` to `preview` everything is null until
 * the content is whole, and `bytes` is what was announced.
 */
export interface FileTable {
  id: string
  user_id: string
  name: string
  shown_as: 'photo' | 'voice' | 'document'
  bytes: number
  sha256: string
  duration_ms: number | null
  content_id: string | null
  kind: 'photo' | 'voice' | 'audio' | 'video' | 'document' | null
  type: string | null
  width: number | null
  height: number | null
  preview: string | null
  created_at: number
  touched_at: number
}

/** What is stored once, and may be of several files; `small_bytes` is null where there is no small variant. */
export interface FileContentTable {
  id: string
  bytes: number
  sha256: string
  small_bytes: number | null
  created_at: number
}

export interface MessageFileTable {
  file_id: string
  message_id: string
  conversation_id: string
}

/** Which messages mention somebody, to be found by whom; `user_id` is Everyone's id where all are meant. */
export interface MentionTable {
  conversation_id: string
  user_id: string
  n: number
  message_id: string
}

/**
 * The small synced rows of messages: revisions and reactions. `user_id` is empty and `k` is 0 where a kind has none;
 * `body` is what the row holds beyond its key, as JSON.
 */
export interface AnnotationTable {
  conversation_id: string
  message_id: string
  kind: 'revision' | 'reaction'
  user_id: string
  k: number
  seq: number
  body: string
  /** The other one of a direct conversation, while they blocked whose it is. */
  withheld_from: string | null
}

/** What happened to a group, after the message with this `n`; 0 is before the first. `body` as above. */
export interface EventTable {
  conversation_id: string
  n: number
  id: string
  seq: number
  body: string
}

/**
 * How far a member's devices hold a conversation and how far they have read it when: `steps` is JSON. Each part has the
 * position in the log at which it was published, 0 before; `unpublished` has a bit for each that is to be published anew. `seq` is the
 * greater one.
 */
export interface ReceiptTable {
  conversation_id: string
  user_id: string
  seq: number
  delivered_n: number
  delivered_seq: number
  steps: string
  seen_seq: number
  unpublished: number
}

export interface ReadingTable {
  user_id: string
  conversation_id: string
  seq: number
  n: number
}

/** The synced rows that are somebody's own, one of a kind to a conversation: settings and drafts. `body` as above. */
export interface PersonalTable {
  user_id: string
  conversation_id: string
  kind: 'setting' | 'draft'
  seq: number
  body: string
}

/** Whether somebody deleted a message for themselves alone. */
export interface HiddenMessageTable {
  user_id: string
  conversation_id: string
  message_id: string
  seq: number
  hidden: number
}

/** Somebody without a row lets others know both. */
export interface PreferenceTable {
  user_id: string
  seq: number
  seen: number
  presence: number
  /** Null is everybody. */
  direct_from: 'shared-group' | 'nobody' | null
  add_from: 'shared-group' | 'nobody' | null
}

export interface BlockTable {
  user_id: string
  blocked_id: string
  seq: number
  blocked: number
  changed_at: number
}

/**
 * `silent` is one of which its owner never hears, for they blocked who asks; `withdrawn` one that ended because they did so
 * later. Both are asked anew once the two are on terms again. `seq` is -1 of one that never moved the log.
 */
export interface ContactRequestTable {
  user_id: string
  conversation_id: string
  seq: number
  state: 'asked' | 'accepted' | 'declined' | 'silent' | 'withdrawn' | 'left' | 'back'
  asked_by: string | null
  asked_at: number
  /** JSON: what the contract's `requestRow` shows of it. */
  body: string
}

/** Somebody's, or with `conversation_id` a group's, which that person set. */
export interface PictureTable {
  id: string
  user_id: string
  conversation_id: string | null
  bytes: Uint8Array
  created_at: number
}

/**
 * The commands that were accepted, so that one sent twice is done once. `fingerprint` is the SHA-256, in hex, of its
 * body. In `classroom_command`, whose are all of staff, `created_at` is rounded down to a day: what staff do and what
 * students ask must not date each other.
 */
export interface CommandTable {
  id: string
  user_id: string
  fingerprint: string
  seq: number
  created_at: number
}

/**
 * A classroom, whose log is `classroom-<id>`. `words` is a JSON list. The issuer's keys are base64url of
 * DER (SubjectPublicKeyInfo and PKCS #8), and null where everybody may ask. `challenge_key` signs the
 * proofs of work that are asked for.
 */
export interface ClassroomTable {
  id: string
  seq: number
  title: string
  code: string
  mode: 'open' | 'approval' | 'closed'
  opens_at: number | null
  ends_at: number | null
  threads_until: number | null
  slow_seconds: number
  answers: 'staff' | 'everyone'
  names: number
  words: string
  group_id: string | null
  issuer_public: string | null
  issuer_private: string | null
  challenge_key: string
  focus_question_id: string | null
  focus_poll_id: string | null
  question_count: number
  created_at: number
  photos: 'off' | 'held' | 'shown'
}

export interface ClassroomStaffTable {
  classroom_id: string
  user_id: string
  seq: number
  role: 'owner' | 'staff'
  read_n: number
  removed: number
}

/**
 * A question. There is no column for who asked: `receipt_hash` is the SHA-256, in base64url, of a secret
 * that only the asker's browser knows. `asked_at` is rounded down to five minutes. `votes` also counts
 * those of what was merged into it. `photo` is JSON: the contract's `questionPhoto`; null where there is none.
 */
export interface QuestionTable {
  id: string
  classroom_id: string
  seq: number
  n: number
  text: string | null
  name: string | null
  asked_at: number
  edited: number
  receipt_hash: string
  state: 'held' | 'shown' | 'rephrase' | 'dismissed' | 'merged' | 'withdrawn'
  reason: string | null
  note: string | null
  merged_into: string | null
  pinned: number
  answered: 'no' | 'text' | 'aloud'
  muted: number
  votes: number
  photo: string | null
}

/**
 * An answer or a follow-up; `staff_id` only of staff, `receipt_hash` only of others. A follow-up's is the SHA-256 of the
 * question's hash and its own id, so that the asker can withdraw it also where it stands under another question. `files` is
 * JSON, and of staff alone: a list of the contract's `messageFile`; null where there are none.
 */
export interface ReplyTable {
  id: string
  classroom_id: string
  question_id: string
  seq: number
  author: 'staff' | 'asker' | 'someone'
  staff_id: string | null
  receipt_hash: string | null
  text: string | null
  at: number
  edited: number
  endorsed: number
  state: 'shown' | 'held' | 'dismissed' | 'withdrawn'
  files: string | null
}

/** One browser's vote; two votes of one browser have nothing in common. */
export interface VoteTable {
  id: string
  classroom_id: string
  question_id: string
  receipt_hash: string
}

/** `options` is a JSON list. */
export interface PollTable {
  id: string
  classroom_id: string
  seq: number
  kind: 'one' | 'several' | 'scale' | 'words'
  question: string
  options: string
  state: 'open' | 'closed'
  results: 'live' | 'reveal'
  revealed: number
  answers: number
  /** JSON: the places of a quiz's right options. Null where it is none. */
  right_options: string | null
}

/** `choice` is JSON: indices of options, or a word. */
export interface PollAnswerTable {
  id: string
  classroom_id: string
  poll_id: string
  receipt_hash: string
  choice: string
}

/** Which answers of staff carry a file of theirs. */
export interface ReplyFileTable {
  file_id: string
  reply_id: string
  classroom_id: string
}

/**
 * A photo on its way, under a random id of its asker's, until a question names it: `received` of its `bytes` are here, the
 * last of them within the five minutes from `touched_at`. `photo` is JSON of what was made of it, under the id with which it is kept;
 * `verdict` is the code with which it was refused. `token_hash` is of the token with which its question will pay.
 */
export interface PhotoUploadTable {
  id: string
  classroom_id: string
  bytes: number
  received: number
  touched_at: number
  token_hash: string | null
  photo: string | null
  verdict: string | null
}

/** What arrived of an upload from a place on. */
export interface PhotoPieceTable {
  upload_id: string
  start: number
  classroom_id: string
  content: Uint8Array
}

/** A photo as it is kept and handed out. */
export interface PhotoContentTable {
  photo_id: string
  variant: 'whole' | 'small'
  classroom_id: string
  bytes: number
  type: 'image/jpeg' | 'image/webp'
  content: Uint8Array
}

/** The random id of a command that would do something else if it came a second time, late. */
export interface StudentCommandTable {
  id: string
  classroom_id: string
}

/** `token_hash` is the SHA-256, in base64url, of the token's prepared message; `used_for` the id of what it paid for. */
export interface SpentTokenTable {
  token_hash: string
  classroom_id: string
  used_for: string
}

/** That a member's device got its tokens; `blinded_hash` is the SHA-256 of what was signed, so that a lost answer can be asked for again. */
export interface TokenIssuanceTable {
  classroom_id: string
  user_id: string
  blinded_hash: string
}

/** Written to see whether anything can be. */
export interface ProbeTable {
  id: number
  filler: Uint8Array
}

/**
 * What operators and moderators did, one row an act, numbered from 1 without gaps. `hash` is the SHA-256, in hex, of the row and of
 * the hash before it, so that no row can be changed or taken out unseen. `actor_id` is null for whoever sat at the server itself;
 * `detail` is JSON.
 */
export interface AuditTable {
  n: number
  at: number
  actor_id: string | null
  via: 'app' | 'command-line' | 'server'
  act: string
  subject_kind: string
  subject_id: string | null
  detail: string
  hash: string
}

/** A setting that an operator changed while ChatBox ran; `value` is JSON. */
export interface SettingValueTable {
  name: string
  value: string
  changed_at: number
}

/** What somebody may do beyond what everybody may, or that they may do nothing for now. Somebody without a row is a member. */
export interface StandingTable {
  user_id: string
  seq: number
  role: 'member' | 'moderator' | 'operator'
  suspended_at: number | null
  /** Why, as the person reads it. */
  suspended_for: string | null
}

/**
 * What somebody reported: a message or a person. `place_id` is the conversation, `person_id` who wrote it or is meant. `context` is JSON: what stood around it, as the reporter saw
 * it, and empty once the report is closed.
 */
export interface ReportTable {
  id: string
  at: number
  reporter_id: string | null
  kind: 'message' | 'person'
  subject_id: string
  place_id: string | null
  person_id: string | null
  reason: string
  context: string
  closed_at: number | null
  closed_by: string | null
  outcome: 'dismissed' | 'taken-away' | 'suspended' | null
}

/**
 * A question that somebody reported, of whom nothing is known: `at` is rounded down to five minutes. `context` as above. It goes
 * when the report is closed.
 */
export interface QuestionReportTable {
  id: string
  classroom_id: string
  question_id: string
  at: number
  reason: string
  context: string
}

/** A key that all processes share, made by the first of them; `value` is base64url. */
export interface ServerSecretTable {
  name: string
  value: string
}

/** What works once: a link to operate this ChatBox or to choose another password, or a question of the doctor's. `token_hash` is the SHA-256, in hex, of what is in it. */
export interface OneTimeLinkTable {
  token_hash: string
  kind: 'claim' | 'reset' | 'probe'
  /** Whose password it is about; null of the others. */
  user_id: string | null
  created_at: number
  ends_at: number
  used_at: number | null
}

/** By which some may make an account. `token_hash` as above; `created_by` is null for whoever sat at the server. */
export interface InvitationTable {
  id: string
  token_hash: string
  note: string
  created_by: string | null
  created_at: number
  ends_at: number | null
  uses_max: number
  uses: number
  withdrawn_at: number | null
}

/** An address that somebody has shown to be theirs, in lower case. */
export interface EmailAddressTable {
  user_id: string
  address: string
  confirmed_at: number
}

/** What was sent to an address, to see whether whoever types it reads mail there. */
export interface EmailCodeTable {
  address: string
  code_hash: string
  tries: number
  ends_at: number
}

/** An account that is being deleted: what becomes of its messages, and since when. It goes when nothing is left to do. */
export interface ErasureTable {
  user_id: string
  messages: 'keep' | 'remove'
  begun_at: number
}

/** A session of an account that was deleted, by the hash of its secret: its device is to learn of it. It says of nobody whose it was. */
export interface ErasedSessionTable {
  secret_hash: string
  ends_at: number
}

/** Who somebody is at a single sign-on, by its issuer and what it calls them for good; `label` is for reading only. */
export interface ExternalIdentityTable {
  id: string
  user_id: string
  issuer: string
  subject: string
  label: string
  created_at: number
}

/** A passkey: `credential_hash` is the SHA-256, in hex, of what its authenticator calls it; `transports` are separated by commas. */
export interface PasskeyTable {
  id: string
  user_id: string
  credential_hash: string
  credential_id: string
  /** In COSE (RFC 9052). */
  public_key: Uint8Array
  /** How often it signed, where its authenticator counts. */
  counter: number
  transports: string
  name: string
  backed_up: 0 | 1
  created_at: number
  last_used_at: number | null
}

/** What a browser has begun and holds the token of: `token_hash` is its SHA-256, in hex. It ends once, by being deleted. */
export interface CeremonyTable {
  token_hash: string
  kind: CeremonyKind
  /** Whose it is; null where nobody is known yet. */
  user_id: string | null
  /** JSON. */
  detail: string
  ends_at: number
}
export type CeremonyKind = 'sso' | 'sso-newcomer' | 'passkey-add' | 'passkey-enter' | 'passkey-prove'

/** What one process at a time does, and until when it is taken to be at it. */
export interface LeaseTable {
  name: string
  holder: string
  ends_at: number
}

/** A handle on the tables: the whole database or a transaction in it. */
export type Database = Kysely<Schema>
