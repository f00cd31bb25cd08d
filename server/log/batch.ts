import type { ConversationTable, MemberTable, MessageTable, ReadingTable, UserTable } from '../store/schema.ts'
import type { LogRow } from '../bus/log-row.ts'
import { fromConversation, fromMember, fromMessage, fromReading, fromUser } from './records.ts'

/** What a batch of commands has to know before it can decide; the sequencer loads it all in a few queries. */
export interface Needs {
  /** Accounts, by user id. */
  users: Set<string>
  /** Whether somebody has one of these handles. */
  handles: Set<string>
  /** Conversations, each with the membership and the reading of everyone in `participants`. */
  conversations: Set<string>
  participants: Set<string>
  /** Conversations of which every member matters. */
  rosters: Set<string>
  messages: Set<string>
}

export function createNeeds(): Needs {
  return {
    users: new Set(),
    handles: new Set(),
    conversations: new Set(),
    participants: new Set(),
    rosters: new Set(),
    messages: new Set(),
  }
}

/** Until the batch is stamped, whoever joins in it stands behind all who were there before. */
const UNSTAMPED = Number.MAX_SAFE_INTEGER

type Change =
  | { table: 'user'; record: UserTable }
  | { table: 'conversation'; record: ConversationTable }
  | { table: 'member'; record: MemberTable }
  | { table: 'message'; record: MessageTable }
  | { table: 'reading'; record: ReadingTable }

/**
 * The database as one batch sees and changes it, in memory. Commands read the maps and change through
 * the `set*` functions alone; `stamp` then gives every changed record its place in the log. A record
 * changed twice has one place: rows, not events.
 */
export interface Batch {
  readonly now: number
  readonly users: Map<string, UserTable>
  readonly handles: Set<string>
  readonly conversations: Map<string, ConversationTable>
  readonly messages: Map<string, MessageTable>
  findMember(conversationId: string, userId: string): MemberTable | undefined
  /** Those in the conversation now, the longest-standing first. Only for conversations in `needs.rosters`. */
  listMembers(conversationId: string): MemberTable[]
  findReading(conversationId: string, userId: string): ReadingTable | undefined

  setUser(user: UserTable): void
  setConversation(conversation: ConversationTable): void
  /** Begins a membership, a new one or one that had ended. */
  join(conversationId: string, userId: string): void
  leave(member: MemberTable): void
  setMessage(message: MessageTable): void
  setReading(reading: ReadingTable): void
  /** The conversation's next `n`, counted on. */
  takePlace(conversation: ConversationTable): number
}

export interface LoadedBatch extends Batch {
  load(records: LoadedRecords): void
  /** Gives each changed record the next seq after `head`, in the order of the changes, and returns what has to be written. */
  stamp(head: number): Stamped
}

export interface LoadedRecords {
  users: readonly UserTable[]
  conversations: readonly ConversationTable[]
  members: readonly MemberTable[]
  messages: readonly MessageTable[]
  readings: readonly ReadingTable[]
}

export interface Stamped {
  head: number
  rows: LogRow[]
  users: UserTable[]
  /** Also those of which only the counters moved. */
  conversations: ConversationTable[]
  members: MemberTable[]
  /** Apart, because a new row needs a plain insert: an id that is already there is a bug that must not overwrite. */
  newMessages: MessageTable[]
  changedMessages: MessageTable[]
  readings: ReadingTable[]
}

export function createBatch(now: number): LoadedBatch {
  const users = new Map<string, UserTable>()
  const handles = new Set<string>()
  const conversations = new Map<string, ConversationTable>()
  const members = new Map<string, Map<string, MemberTable>>()
  const messages = new Map<string, MessageTable>()
  const readings = new Map<string, ReadingTable>()
  const changes = new Map<string, Change>()
  const counted = new Set<ConversationTable>()
  const stored = new Set<string>()

  const readingKey = (conversationId: string, userId: string) => `${conversationId}/${userId}`
  const setMember = (record: MemberTable) => {
    let roster = members.get(record.conversation_id)
    if (roster === undefined) members.set(record.conversation_id, (roster = new Map<string, MemberTable>()))
    roster.set(record.user_id, record)
    changes.set(`member/${record.conversation_id}/${record.user_id}`, { table: 'member', record })
  }

  return {
    now,
    users,
    handles,
    conversations,
    messages,
    findMember: (conversationId, userId) => members.get(conversationId)?.get(userId),
    listMembers: (conversationId) =>
      [...(members.get(conversationId)?.values() ?? [])]
        .filter((member) => member.removed === 0)
        .sort((one, other) => (one.since === other.since ? 0 : one.since < other.since ? -1 : 1)),
    findReading: (conversationId, userId) => readings.get(readingKey(conversationId, userId)),

    setUser(user) {
      users.set(user.id, user)
      handles.add(user.handle)
      changes.set(`user/${user.id}`, { table: 'user', record: user })
    },
    setConversation(conversation) {
      conversations.set(conversation.id, conversation)
      changes.set(`conversation/${conversation.id}`, { table: 'conversation', record: conversation })
    },
    join(conversationId, userId) {
      const sinceN = conversations.get(conversationId)?.last_n ?? 0
      setMember({
        conversation_id: conversationId,
        user_id: userId,
        seq: 0,
        since: UNSTAMPED,
        since_n: sinceN,
        removed: 0,
      })
    },
    leave: (member) => setMember({ ...member, removed: 1 }),
    setMessage(message) {
      messages.set(message.id, message)
      changes.set(`message/${message.id}`, { table: 'message', record: message })
    },
    setReading(reading) {
      const key = readingKey(reading.conversation_id, reading.user_id)
      readings.set(key, reading)
      changes.set(`reading/${key}`, { table: 'reading', record: reading })
    },
    takePlace(conversation) {
      conversation.last_n += 1
      return conversation.last_n
    },

    load(records) {
      for (const user of records.users) {
        users.set(user.id, user)
        handles.add(user.handle)
      }
      for (const conversation of records.conversations) conversations.set(conversation.id, conversation)
      for (const member of records.members) {
        const roster = members.get(member.conversation_id) ?? new Map<string, MemberTable>()
        members.set(member.conversation_id, roster.set(member.user_id, member))
      }
      for (const message of records.messages) {
        messages.set(message.id, message)
        stored.add(message.id)
      }
      for (const reading of records.readings)
        readings.set(readingKey(reading.conversation_id, reading.user_id), reading)
    },

    stamp(head) {
      const stamped: Stamped = {
        head,
        rows: [],
        users: [],
        conversations: [],
        members: [],
        newMessages: [],
        changedMessages: [],
        readings: [],
      }
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
            stamped.rows.push(fromUser(change.record))
            break
          case 'conversation':
            touch(change.record.id)
            stamped.rows.push(fromConversation(change.record))
            break
          case 'member':
            if (change.record.since === UNSTAMPED) change.record.since = stamped.head
            touch(change.record.conversation_id)
            stamped.members.push(change.record)
            stamped.rows.push(fromMember(change.record))
            break
          case 'message':
            touch(change.record.conversation_id)
            ;(stored.has(change.record.id) ? stamped.changedMessages : stamped.newMessages).push(change.record)
            stamped.rows.push(fromMessage(change.record))
            break
          case 'reading':
            stamped.readings.push(change.record)
            stamped.rows.push(fromReading(change.record))
            break
        }
      }
      stamped.conversations = [...counted]
      return stamped
    },
  }
}
