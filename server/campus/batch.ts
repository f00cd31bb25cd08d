import { EVERYONE_ID } from '../../shared/protocol/fields.ts'
import type { DraftRow, EventRow, SettingRow } from '../../shared/protocol/rows.ts'
import type {
  AnnotationTable,
  BlockTable,
  ContactRequestTable,
  ConversationTable,
  FileTable,
  HiddenMessageTable,
  MemberTable,
  MessageTable,
  PersonalTable,
  PictureTable,
  PreferenceTable,
  ReadingTable,
  ReceiptTable,
  StandingTable,
  UserTable,
} from '../store/schema.ts'
import {
  addressAnnotation,
  annotationKey,
  type AnnotationRow,
  type PersonalRow,
  toAnnotationRecord,
  toAnnotationRow,
  toPersonalRecord,
  toPersonalRow,
} from './annotations.ts'
import { type AuditEnd, type AuditEntry, EMPTY_AUDIT, toAuditRows } from '../audit/audit.ts'
import { fromBlock, fromRequest } from './contacts.ts'
import { createContactState, type ContactState, type LoadedContacts } from './contact-state.ts'
import { addressEvent, toEventRecord } from './events.ts'
import { createIntroductions, toCircle } from './introductions.ts'
import { createLikeness } from './likeness.ts'
import { publishAlone, publishReceipts, type Unpublished } from './receipts.ts'
import {
  fromConversation,
  fromHidden,
  fromMember,
  fromPreference,
  fromReading,
  fromStanding,
  fromUser,
} from './records.ts'
import { addressMessage } from './withheld.ts'
import { createStamped, stampMessage, stampName, stampPersonal, type Stamped } from './stamped.ts'

/** Until the batch is stamped, whoever joins in it stands behind all who were there before. */
const UNSTAMPED = Number.MAX_SAFE_INTEGER

type Change =
  | { table: 'user'; record: UserTable }
  | { table: 'conversation'; record: ConversationTable }
  | { table: 'member'; record: MemberTable }
  | { table: 'message'; record: MessageTable }
  | { table: 'reading'; record: ReadingTable }
  | { table: 'annotation'; record: AnnotationRow; withheldFrom: string | null }
  | { table: 'event'; record: EventRow }
  | { table: 'personal'; record: PersonalRow; userId: string }
  | { table: 'hidden'; record: HiddenMessageTable }
  | { table: 'preference'; record: PreferenceTable }
  | { table: 'standing'; record: StandingTable }
  | { table: 'block'; record: BlockTable }
  | { table: 'request'; record: ContactRequestTable }
  | { table: 'receipts'; record: { seq: number }; conversationId: string }
  | { table: 'receipt'; record: { seq: number }; key: string }

/**
 * The database as one batch sees and changes it, in memory. Commands read the maps and change through
 * the `set*` functions alone; `stamp` then gives every changed record its position in the log. A record
 * changed twice has one position: rows, not events.
 */
export interface Batch extends ContactState {
  readonly now: number
  readonly users: Map<string, UserTable>
  readonly handles: Set<string>
  readonly conversations: Map<string, ConversationTable>
  readonly messages: Map<string, MessageTable>
  findMember(conversationId: string, userId: string): MemberTable | undefined
  /** Whether somebody else has a name or a handle that only looks like this text. Only for texts in `needs.looks`. */
  hasLookAlike(userId: string, text: string): boolean
  /** Those in the conversation now, the longest-standing first. Only for conversations in `needs.rosters`. */
  listMembers(conversationId: string): MemberTable[]
  /** Whether somebody answers in a classroom. Only for classrooms in `needs.staff`. */
  isStaff(classroomId: string, userId: string): boolean
  /** Of files in `needs.files`. */
  findFile(id: string): FileTable | undefined
  findReading(conversationId: string, userId: string): ReadingTable | undefined
  /** The state of the row that has the same key as this one. Only for what `needs` named. */
  findAnnotation<Annotation extends AnnotationRow>(key: Annotation): Annotation | undefined
  /** Of messages in `needs.annotated`. */
  listAnnotations<Type extends AnnotationRow['type']>(
    type: Type,
    messageId: string,
  ): Extract<AnnotationRow, { type: Type }>[]
  findReceipt(conversationId: string, userId: string): ReceiptTable | undefined
  findSetting(conversationId: string, userId: string): SettingRow | undefined
  findDraft(conversationId: string, userId: string): DraftRow | undefined
  /** Whether somebody has deleted a message for themselves alone. Only for what `needs.hidden` named. */
  isHidden(messageId: string, userId: string): boolean
  findPreference(userId: string): PreferenceTable | undefined
  /** Undefined of who is a member like everybody. Only for people in `needs.standings`. */
  findStanding(userId: string): StandingTable | undefined
  /** Who operates this ChatBox and is not suspended. Only with `needs.operators`. */
  listOperators(): string[]
  /** Only for conversations in `needs.pins`. */
  countPins(conversationId: string): number

  setUser(user: UserTable): void
  setConversation(conversation: ConversationTable): void
  /** Begins a membership, a new one or one that had ended. */
  join(conversationId: string, userId: string): void
  /** Somebody is asked to take up a direct conversation: to the other one they are in it. */
  ask(conversationId: string, userId: string): void
  /** Ends a membership: by whose doing, and when; null where that was before, and is not known any more. */
  leave(member: MemberTable, by: string, at: number | null): void
  setMessage(message: MessageTable): void
  setReading(reading: ReadingTable): void
  /** `withheldFrom`: who is not to have it, in a direct conversation. */
  setAnnotation(row: AnnotationRow, withheldFrom?: string | null): void
  setEvent(row: EventRow): void
  /** Stores what is to be published later. It moves nothing in the log. */
  keepReceipt(receipt: ReceiptTable): void
  /** Publishes what is unpublished of a conversation in `needs.unpublished`, as one change. */
  publishReceipts(conversationId: string): void
  setPersonal(userId: string, row: PersonalRow): void
  setHidden(hidden: HiddenMessageTable): void
  setPreference(preference: PreferenceTable): void
  setStanding(standing: StandingTable): void
  setBlock(block: BlockTable): void
  setRequest(request: ContactRequestTable): void
  /** Stores what somebody is asked, and moves nothing in the log: they are not to hear of it. */
  keepRequest(request: ContactRequestTable): void
  /** The two of a direct conversation that begins. */
  keepDirect(conversationId: string, people: readonly string[]): void
  /** Keeps an act in the audit log, with what it changes. Only with `needs.audit`. */
  audit(entry: AuditEntry): void
  /** Stores a picture, and lets go of the one that it replaces. */
  replacePicture(picture: PictureTable | null, before: string | null): void
  /** One more is registered, or with -1 one less: from some number on, Everyone is crowded. */
  countPerson(by?: 1 | -1): void
  /** The conversation's next `n`, counted on. */
  takeNumber(conversation: ConversationTable): number
}

export interface LoadedBatch extends Batch {
  load(records: LoadedRecords): void
  /** Gives each changed record the next seq after `head`, in the order of the changes, and returns what has to be written. */
  stamp(head: number): Stamped
}

export interface LoadedRecords extends LoadedContacts {
  users: readonly UserTable[]
  circles: readonly { user_id: string; conversation_id: string }[]
  conversations: readonly ConversationTable[]
  members: readonly MemberTable[]
  messages: readonly MessageTable[]
  files: readonly FileTable[]
  readings: readonly ReadingTable[]
  annotations: readonly AnnotationTable[]
  receipts: readonly ReceiptTable[]
  personal: readonly PersonalTable[]
  staff: readonly { classroom_id: string; user_id: string }[]
  hidden: readonly HiddenMessageTable[]
  preferences: readonly PreferenceTable[]
  pins: readonly { conversation_id: string; count: number }[]
  standings: readonly StandingTable[]
  auditEnd: readonly AuditEnd[]
}

/** `peopleOnDevicesMax`: with more people registered, a device holds those whom it meets. */
export function createBatch(now: number, peopleOnDevicesMax: number): LoadedBatch {
  const users = new Map<string, UserTable>()
  const handles = new Set<string>()
  const likeness = createLikeness(users)
  const renamed = new Set<string>()
  const conversations = new Map<string, ConversationTable>()
  const members = new Map<string, Map<string, MemberTable>>()
  const messages = new Map<string, MessageTable>()
  const files = new Map<string, FileTable>()
  const readings = new Map<string, ReadingTable>()
  const changes = new Map<string, Change>()
  const counted = new Set<ConversationTable>()
  const stored = new Map<string, MessageTable>()
  const annotations = new Map<string, AnnotationRow>()
  const receipts = new Map<string, ReceiptTable>()
  const kept = new Set<string>()
  const personal = new Map<string, PersonalRow>()
  const staff = new Set<string>()
  const hiddens = new Map<string, HiddenMessageTable>()
  const preferences = new Map<string, PreferenceTable>()
  const pins = new Map<string, number>()
  const standings = new Map<string, StandingTable>()
  const contacts = createContactState()
  const quiet = new Map<string, ContactRequestTable>()
  const acts: AuditEntry[] = []
  let auditEnd = EMPTY_AUDIT
  const circles = new Map<string, string[]>()
  const pictures: PictureTable[] = []
  const oldPictures: string[] = []

  const personalKey = (type: PersonalRow['type'], conversationId: string, userId: string) =>
    `${type}/${conversationId}/${userId}`
  const find = <Type extends PersonalRow['type']>(type: Type, conversationId: string, userId: string) =>
    personal.get(personalKey(type, conversationId, userId)) as Extract<PersonalRow, { type: Type }> | undefined
  const countMembers = (conversationId: string, by: number) => {
    const conversation = conversations.get(conversationId)
    if (conversation !== undefined) conversation.member_count += by
  }
  const readingKey = (conversationId: string, userId: string) => `${conversationId}/${userId}`
  const hiddenKey = (messageId: string, userId: string) => `hidden/${messageId}/${userId}`
  const listUnpublished = (conversationId: string): Unpublished[] =>
    [...receipts.values()].flatMap((receipt) => {
      const member = members.get(conversationId)?.get(receipt.user_id)
      const isPublished = receipt.conversation_id !== conversationId || receipt.unpublished === 0
      return isPublished || member?.removed !== 0 ? [] : [{ receipt, member }]
    })
  const setConversation = (conversation: ConversationTable) => {
    conversations.set(conversation.id, conversation)
    changes.set(`conversation/${conversation.id}`, { table: 'conversation', record: conversation })
  }
  const setMember = (record: MemberTable) => {
    let roster = members.get(record.conversation_id)
    if (roster === undefined) members.set(record.conversation_id, (roster = new Map<string, MemberTable>()))
    roster.set(record.user_id, record)
    changes.set(`member/${record.conversation_id}/${record.user_id}`, { table: 'member', record })
  }

  return {
    ...contacts,
    now,
    users,
    handles,
    conversations,
    messages,
    hasLookAlike: (userId, text) => likeness.hasLookAlike(userId, text),
    findMember: (conversationId, userId) => members.get(conversationId)?.get(userId),
    listMembers: (conversationId) =>
      [...(members.get(conversationId)?.values() ?? [])]
        .filter((member) => member.removed === 0)
        .sort((one, other) => (one.since === other.since ? 0 : one.since < other.since ? -1 : 1)),
    isStaff: (classroomId, userId) => staff.has(readingKey(classroomId, userId)),
    findFile: (id) => files.get(id),
    findReading: (conversationId, userId) => readings.get(readingKey(conversationId, userId)),
    findAnnotation: <Annotation extends AnnotationRow>(key: Annotation) =>
      annotations.get(annotationKey(key)) as Annotation | undefined,
    listAnnotations: <Type extends AnnotationRow['type']>(type: Type, messageId: string) =>
      [...annotations.values()].filter(
        (row): row is Extract<AnnotationRow, { type: Type }> =>
          row.type === type && 'messageId' in row && row.messageId === messageId,
      ),
    findReceipt: (conversationId, userId) => receipts.get(readingKey(conversationId, userId)),
    findSetting: (conversationId, userId) => find('setting', conversationId, userId),
    findDraft: (conversationId, userId) => find('draft', conversationId, userId),
    isHidden: (messageId, userId) => hiddens.get(hiddenKey(messageId, userId))?.hidden === 1,
    findPreference: (userId) => preferences.get(userId),
    countPins: (conversationId) => pins.get(conversationId) ?? 0,
    findStanding: (userId) => standings.get(userId),
    listOperators: () =>
      [...standings.values()].flatMap(({ user_id, role, suspended_at }) =>
        role === 'operator' && suspended_at === null ? [user_id] : [],
      ),

    setUser(user) {
      if (users.get(user.id)?.name !== user.name) renamed.add(user.id)
      users.set(user.id, user)
      likeness.note(user)
      handles.add(user.handle)
      changes.set(`user/${user.id}`, { table: 'user', record: user })
    },
    setConversation,
    join(conversationId, userId) {
      const sinceN = conversations.get(conversationId)?.last_n ?? 0
      if (members.get(conversationId)?.get(userId)?.removed !== 0) countMembers(conversationId, 1)
      setMember({
        conversation_id: conversationId,
        user_id: userId,
        seq: 0,
        since: UNSTAMPED,
        since_n: sinceN,
        removed: 0,
        removed_by: null,
        removed_at: null,
      })
    },
    ask(conversationId, userId) {
      const asked = { seq: 0, since: UNSTAMPED, since_n: 0, removed: 2, removed_by: null, removed_at: null }
      setMember({ conversation_id: conversationId, user_id: userId, ...asked })
    },
    leave(member, by, at) {
      if (member.removed === 0) countMembers(member.conversation_id, -1)
      // Later it would be published of nobody any more, but stand in the pages of those who pull.
      const key = readingKey(member.conversation_id, member.user_id)
      if ((receipts.get(key)?.unpublished ?? 0) > 0)
        changes.set(`receipt/${key}`, { table: 'receipt', record: { seq: 0 }, key })
      setMember({ ...member, removed: 1, removed_by: by, removed_at: at })
    },
    setMessage(message) {
      const before = messages.get(message.id)?.pinned_at ?? null
      if ((before === null) !== (message.pinned_at === null)) {
        pins.set(message.conversation_id, (pins.get(message.conversation_id) ?? 0) + (before === null ? 1 : -1))
      }
      messages.set(message.id, message)
      changes.set(`message/${message.id}`, { table: 'message', record: message })
    },
    setReading(reading) {
      const key = readingKey(reading.conversation_id, reading.user_id)
      readings.set(key, reading)
      changes.set(`reading/${key}`, { table: 'reading', record: reading })
    },
    setAnnotation(row, withheldFrom = null) {
      annotations.set(annotationKey(row), row)
      changes.set(annotationKey(row), { table: 'annotation', record: row, withheldFrom })
    },
    setEvent(row) {
      changes.set(`event/${row.id}`, { table: 'event', record: row })
    },
    keepReceipt(receipt) {
      const key = readingKey(receipt.conversation_id, receipt.user_id)
      receipts.set(key, receipt)
      kept.add(key)
    },
    publishReceipts(conversationId) {
      if (listUnpublished(conversationId).length === 0) return
      changes.set(`receipts/${conversationId}`, { table: 'receipts', record: { seq: 0 }, conversationId })
    },
    setPersonal(userId, row) {
      const key = personalKey(row.type, row.conversationId, userId)
      personal.set(key, row)
      changes.set(key, { table: 'personal', record: row, userId })
    },
    setHidden(hidden) {
      const key = hiddenKey(hidden.message_id, hidden.user_id)
      hiddens.set(key, hidden)
      changes.set(key, { table: 'hidden', record: hidden })
    },
    setPreference(preference) {
      preferences.set(preference.user_id, preference)
      changes.set(`preference/${preference.user_id}`, { table: 'preference', record: preference })
    },
    setStanding(standing) {
      standings.set(standing.user_id, standing)
      changes.set(`standing/${standing.user_id}`, { table: 'standing', record: standing })
    },
    setBlock(block) {
      contacts.keepBlock(block)
      changes.set(`block/${block.user_id}/${block.blocked_id}`, { table: 'block', record: block })
    },
    setRequest(request) {
      contacts.keepRequest(request)
      changes.set(`request/${request.conversation_id}/${request.user_id}`, { table: 'request', record: request })
    },
    keepRequest(request) {
      contacts.keepRequest(request)
      quiet.set(`request/${request.conversation_id}/${request.user_id}`, request)
    },
    audit(entry) {
      acts.push(entry)
    },
    replacePicture(picture, before) {
      if (picture !== null) pictures.push(picture)
      if (before !== null) oldPictures.push(before)
    },
    countPerson(by = 1) {
      const everyone = conversations.get(EVERYONE_ID)
      if (everyone === undefined) return
      everyone.member_count += by
      counted.add(everyone)
      const crowded = everyone.member_count > peopleOnDevicesMax ? 1 : 0
      if (everyone.crowded === crowded) return
      everyone.crowded = crowded
      setConversation(everyone)
    },
    takeNumber(conversation) {
      conversation.last_n += 1
      return conversation.last_n
    },

    load(records) {
      contacts.load(records)
      for (const user of records.users) {
        users.set(user.id, user)
        handles.add(user.handle)
      }
      for (const conversation of records.conversations) conversations.set(conversation.id, conversation)
      for (const { user_id, conversation_id } of records.circles) {
        circles.set(user_id, [...(circles.get(user_id) ?? []), conversation_id])
      }
      for (const member of records.members) {
        const roster = members.get(member.conversation_id) ?? new Map<string, MemberTable>()
        members.set(member.conversation_id, roster.set(member.user_id, member))
      }
      for (const message of records.messages) {
        messages.set(message.id, message)
        stored.set(message.id, message)
      }
      for (const file of records.files) files.set(file.id, file)
      for (const reading of records.readings)
        readings.set(readingKey(reading.conversation_id, reading.user_id), reading)
      for (const row of records.annotations.map(toAnnotationRow)) annotations.set(annotationKey(row), row)
      for (const receipt of records.receipts) {
        receipts.set(readingKey(receipt.conversation_id, receipt.user_id), receipt)
      }
      for (const record of records.personal) {
        personal.set(personalKey(record.kind, record.conversation_id, record.user_id), toPersonalRow(record))
      }
      for (const { classroom_id, user_id } of records.staff) staff.add(readingKey(classroom_id, user_id))
      for (const hidden of records.hidden) hiddens.set(hiddenKey(hidden.message_id, hidden.user_id), hidden)
      for (const preference of records.preferences) preferences.set(preference.user_id, preference)
      for (const { conversation_id, count } of records.pins) pins.set(conversation_id, count)
      for (const standing of records.standings) standings.set(standing.user_id, standing)
      auditEnd = records.auditEnd[0] ?? EMPTY_AUDIT
    },

    stamp(head) {
      const stamped = createStamped(head, { pictures, oldPictures })
      const isCrowded = conversations.get(EVERYONE_ID)?.crowded === 1
      const introduce = createIntroductions(isCrowded, (userId) => users.get(userId))
      const touch = (conversationId: string) => {
        const conversation = conversations.get(conversationId)
        if (conversation === undefined) return
        conversation.last_seq = stamped.head
        counted.add(conversation)
      }
      for (const change of changes.values()) {
        stamped.head += 1
        change.record.seq = stamped.head
        switch (change.table) {
          case 'user':
            stamped.users.push(change.record)
            if (renamed.has(change.record.id)) stampName(stamped, change.record)
            stamped.rows.push(fromUser(change.record, isCrowded ? toCircle(change.record.id, circles) : undefined))
            break
          case 'conversation':
            touch(change.record.id)
            stamped.rows.push(fromConversation(change.record))
            break
          case 'member':
            if (change.record.since === UNSTAMPED) change.record.since = stamped.head
            touch(change.record.conversation_id)
            stamped.members.push(change.record)
            stamped.rows.push(...introduce(fromMember(change.record)))
            break
          case 'message':
            touch(change.record.conversation_id)
            stampMessage(
              stamped,
              addressMessage(change.record).flatMap(introduce),
              change.record,
              stored.get(change.record.id),
            )
            break
          case 'reading':
            stamped.readings.push(change.record)
            stamped.rows.push(fromReading(change.record))
            break
          case 'annotation':
            touch(change.record.conversationId)
            stamped.annotations.push(toAnnotationRecord(change.record, change.withheldFrom))
            stamped.rows.push(...addressAnnotation(change.record, change.withheldFrom))
            break
          case 'event':
            touch(change.record.conversationId)
            stamped.events.push(toEventRecord(change.record))
            stamped.rows.push(addressEvent(change.record))
            break
          case 'receipts': {
            touch(change.conversationId)
            const published = publishReceipts(
              change.conversationId,
              stamped.head,
              listUnpublished(change.conversationId),
            )
            for (const receipt of published.records) {
              const key = readingKey(receipt.conversation_id, receipt.user_id)
              receipts.set(key, receipt)
              kept.add(key)
            }
            stamped.rows.push(...published.rows)
            break
          }
          case 'receipt': {
            const receipt = receipts.get(change.key)
            if (receipt === undefined) break
            const published = publishAlone(receipt, stamped.head)
            touch(published.record.conversation_id)
            receipts.set(change.key, published.record)
            kept.add(change.key)
            stamped.rows.push(...published.rows)
            break
          }
          case 'personal':
            stampPersonal(stamped, toPersonalRecord(change.userId, change.record))
            break
          case 'hidden':
            stamped.hidden.push(change.record)
            stamped.rows.push(fromHidden(change.record))
            break
          case 'preference':
            stamped.preferences.push(change.record)
            stamped.rows.push(fromPreference(change.record))
            break
          case 'standing':
            stamped.standings.push(change.record)
            stamped.rows.push(fromStanding(change.record))
            break
          case 'block':
            stamped.blocks.push(change.record)
            stamped.rows.push(fromBlock(change.record))
            break
          case 'request':
            stamped.requests.push(change.record)
            stamped.rows.push(...fromRequest(change.record).flatMap(introduce))
            break
        }
      }
      stamped.conversations = [...counted]
      // What moved the log besides is written already.
      for (const [key, request] of quiet) if (!changes.has(key)) stamped.requests.push(request)
      stamped.audit = toAuditRows(auditEnd, acts, now)
      stamped.receipts = [...kept].flatMap((key) => receipts.get(key) ?? [])
      const unpublished = new Set(
        stamped.receipts.filter((one) => one.unpublished > 0).map((one) => one.conversation_id),
      )
      stamped.unpublished = [...unpublished].flatMap((id) => conversations.get(id) ?? [])
      return stamped
    },
  }
}
