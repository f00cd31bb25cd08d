import { EVERYONE_ID } from '../../shared/protocol/fields.ts'
import type {
  AnnotationTable,
  AuditTable,
  BlockTable,
  ContactRequestTable,
  ConversationTable,
  EventTable,
  HiddenMessageTable,
  LikenessTable,
  MemberTable,
  MentionTable,
  MessageFileTable,
  MessageTable,
  NameWordTable,
  PersonalTable,
  PictureTable,
  PreferenceTable,
  ReadingTable,
  ReceiptTable,
  StandingTable,
  UserTable,
} from '../store/schema.ts'
import { fromPersonal } from './annotations.ts'
import { toMessageFiles } from './files.ts'
import { toLooks } from './likeness.ts'
import { toNameWords } from './name-words.ts'
import { fromHidden, toMentions } from './records.ts'
import type { LogRow } from './types.ts'
import { findUnreached } from './withheld.ts'

/** What a batch comes to: the rows that are told, and the records that have to be written, by their table. */
export interface Stamped {
  head: number
  rows: LogRow[]
  users: UserTable[]
  looks: LikenessTable[]
  nameWords: NameWordTable[]
  /** Who was called something else before, or is new. */
  renamed: string[]
  /** Also those of which only the counters moved. */
  conversations: ConversationTable[]
  members: MemberTable[]
  /** Apart, because a new row needs a plain insert: an id that is already there is a bug that must not overwrite. */
  newMessages: MessageTable[]
  changedMessages: MessageTable[]
  readings: ReadingTable[]
  annotations: AnnotationTable[]
  events: EventTable[]
  receipts: ReceiptTable[]
  /** Conversations of which something is to be published later. */
  unpublished: ConversationTable[]
  personal: PersonalTable[]
  hidden: HiddenMessageTable[]
  preferences: PreferenceTable[]
  standings: StandingTable[]
  blocks: BlockTable[]
  requests: ContactRequestTable[]
  audit: AuditTable[]
  mentions: MentionTable[]
  /** Messages whose mentions were other ones before. */
  unmentioned: string[]
  messageFiles: MessageFileTable[]
  /** Messages that carry their files no more. */
  unfiled: string[]
  pictures: PictureTable[]
  oldPictures: string[]
}

/** Nothing changed yet but pictures. */
export function createStamped(head: number, pictures: Pick<Stamped, 'pictures' | 'oldPictures'>): Stamped {
  return {
    head,
    rows: [],
    users: [],
    looks: [],
    nameWords: [],
    renamed: [],
    conversations: [],
    members: [],
    newMessages: [],
    changedMessages: [],
    readings: [],
    annotations: [],
    events: [],
    receipts: [],
    unpublished: [],
    personal: [],
    hidden: [],
    preferences: [],
    standings: [],
    blocks: [],
    requests: [],
    audit: [],
    mentions: [],
    unmentioned: [],
    messageFiles: [],
    unfiled: [],
    ...pictures,
  }
}

/** Notes by what somebody is found from now on, which is nothing once they deleted their account. */
export function stampName(stamped: Stamped, user: UserTable): void {
  stamped.renamed.push(user.id)
  if (user.former === 1) return
  stamped.looks.push(...toLooks(user))
  stamped.nameWords.push(...toNameWords(user))
}

/** Notes a message that is new or changed, with the mentions and files in it. `rows` is how it is told. */
export function stampMessage(
  stamped: Stamped,
  rows: readonly LogRow[],
  message: MessageTable,
  before: MessageTable | undefined,
): void {
  stamped.rows.push(...rows)
  if (before === undefined) stamped.newMessages.push(message)
  else stamped.changedMessages.push(message)
  stampFiles(stamped, message, before)
  if (before === undefined) stampHidden(stamped, message)
  if (before?.mentions === message.mentions && before.mentions_all === message.mentions_all) return
  if (before !== undefined && (before.mentions !== null || before.mentions_all === 1))
    stamped.unmentioned.push(message.id)
  for (const userId of [...toMentions(message), ...(message.mentions_all === 1 ? [EVERYONE_ID] : [])]) {
    stamped.mentions.push({
      conversation_id: message.conversation_id,
      user_id: userId,
      n: message.n,
      message_id: message.id,
    })
  }
}

/** Whoever does not get it has it as one that they deleted for themselves, at its own position: nobody else's moves for it. */
function stampHidden(stamped: Stamped, message: MessageTable): void {
  const userId = findUnreached(message)
  if (userId === undefined) return
  const { conversation_id, id: message_id, seq } = message
  const record = { user_id: userId, conversation_id, message_id, seq, hidden: 1 }
  stamped.hidden.push(record)
  stamped.rows.push(fromHidden(record))
}

/** A message's files come with it, and go with it: nothing else changes them. */
function stampFiles(stamped: Stamped, message: MessageTable, before: MessageTable | undefined): void {
  if (before !== undefined && before.files !== null && message.files === null) stamped.unfiled.push(message.id)
  if (before !== undefined) return
  for (const { id } of toMessageFiles(message)) {
    stamped.messageFiles.push({ file_id: id, message_id: message.id, conversation_id: message.conversation_id })
  }
}

export function stampPersonal(stamped: Stamped, record: PersonalTable): void {
  stamped.personal.push(record)
  stamped.rows.push(fromPersonal(record))
}
