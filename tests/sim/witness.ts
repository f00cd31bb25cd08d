import { EVERYONE_ID } from '../../shared/protocol/fields.ts'
import type { Row } from '../../shared/protocol/rows.ts'
import { createClassroomWitness } from './classroom/witness.ts'
import type { SimDatabase } from './database.ts'
import { createFilesWitness, type FilesWitness } from './files/witness.ts'
import { memberKey, type Disk } from './memory-store.ts'
import type { MemoryTable } from './memory-table.ts'
import type { Scheduler } from './scheduler.ts'

/*
 * Sees everything that is committed and everything that the server tells anybody, and holds the one against the other:
 * nobody is told what was never theirs to see, nobody is said to have received what no device of theirs ever held, and
 * nothing on a device gives way to something older.
 */
export interface Witness {
  /** Something may have been committed. */
  noteCommit(): void
  /** The database was put back. */
  noteRestored(): void
  /** The server answered a request, or sent a frame; without `userId` to nobody in particular. */
  noteAnswer(userId: string | undefined, path: string, text: string): void
  noteFrame(userId: string | undefined, path: string, text: string): void
  /** Follows what a device of somebody stores. */
  watch(userId: string, disk: Disk): void
  /** What is wrong, in sentences. */
  readonly wrong: readonly string[]
  readonly files: FilesWitness
}

/** From when to when somebody was in a conversation. */
interface Stay {
  from: number
  to: number
}

interface Said {
  type?: string
  rows?: Row[]
}

const PRIVATE = `
  select seq, user_id from reading where seq > ?
  union all select seq, user_id from personal where seq > ?
  union all select seq, user_id from hidden_message where seq > ?
  union all select seq, user_id from preference where seq > ?
  union all select seq, user_id from block where seq > ?
  union all select seq, user_id from contact_request where seq > ?`

/** New messages, each with whoever they are in a direct conversation with and was blocked by before. */
const UNREACHED = `
  select message.id, block.user_id from message
  left join conversation on conversation.id = message.conversation_id and conversation.kind = 'direct'
  left join member on member.conversation_id = conversation.id and member.user_id <> message.author_id
  left join block on block.user_id = member.user_id and block.blocked_id = message.author_id
    and block.blocked = 1 and block.seq < message.seq
  where message.seq > ?`

export function createWitness({ now }: Pick<Scheduler, 'now'>, database: SimDatabase): Witness {
  const wrong: string[] = []
  const stays = new Map<string, Stay[]>()
  /** When the log first reached each position. */
  const reachedAt: number[] = []
  /** The messages that any device of somebody has ever held, as user, conversation and place. */
  const held = new Set<string>()
  /** Whose private rows stood where in the log, as position and user. */
  const owners = new Set<string>()
  /** Every message that was ever written, and those that are kept from somebody, as user and message. */
  const written = new Set<string>()
  const unreached = new Set<string>()
  const classrooms = createClassroomWitness(database, wrong)
  let seen = 0

  function noteMembers(): void {
    const rows = database.all<{ conversation_id: string; user_id: string; removed: number }>(
      'select conversation_id, user_id, removed from member where seq > ?',
      seen,
    )
    for (const { conversation_id, user_id, removed } of rows) {
      const key = memberKey(conversation_id, user_id)
      const known = stays.get(key) ?? []
      const last = known.at(-1)
      stays.set(key, known)
      if (removed === 0 && (last === undefined || last.to < Infinity)) known.push({ from: now(), to: Infinity })
      if (removed === 1 && last !== undefined) last.to = Math.min(last.to, now())
    }
  }

  function notePrivateRows(): void {
    for (const { seq, user_id } of database.all<{ seq: number; user_id: string }>(
      PRIVATE,
      ...Array<number>(6).fill(seen),
    )) {
      owners.add(`${seq} ${user_id}`)
    }
  }

  /** What somebody writes to one who blocked them before is not for them, then or later. */
  function noteUnreached(): void {
    const rows = database.all<{ id: string; user_id: string | null }>(UNREACHED, seen)
    for (const { id, user_id } of rows) if (!written.has(id) && user_id !== null) unreached.add(`${user_id} ${id}`)
    for (const { id } of rows) written.add(id)
  }

  function noteDeliveries(): void {
    const rows = database.all<{ conversation_id: string; user_id: string; n: number }>(
      'select conversation_id, user_id, delivered_n as n from receipt where delivered_seq > ?',
      seen,
    )
    for (const { conversation_id, user_id, n } of rows) {
      if (held.has(`${user_id} ${conversation_id} ${n}`)) continue
      wrong.push(`${user_id} is told to have received ${n} in ${conversation_id}, and does not hold it`)
    }
  }

  function noteCommit(): void {
    const [log] = database.all<{ head: number }>("select head from log where id = 'campus'")
    const head = log?.head ?? 0
    if (head > seen) {
      for (let seq = seen + 1; seq <= head; seq += 1) reachedAt[seq] ??= now()
      noteMembers()
      notePrivateRows()
      noteUnreached()
      noteDeliveries()
      seen = head
    }
    classrooms.noteCommit()
  }

  function mayHaveSeen(userId: string, conversationId: string, seq: number): boolean {
    if (conversationId === EVERYONE_ID) return true
    const known = stays.get(memberKey(conversationId, userId)) ?? []
    return known.some(({ to }) => to >= (reachedAt[seq] ?? Infinity))
  }

  function checkRow(userId: string, row: Row): void {
    if (row.type === 'message' && row.text !== null && unreached.has(`${userId} ${row.id}`)) {
      wrong.push(`${userId} is told what somebody wrote whom they blocked: ${JSON.stringify(row)}`)
    }
    switch (row.type) {
      case 'user':
        return
      case 'reading':
      case 'setting':
      case 'draft':
      case 'hidden':
      case 'preference':
      case 'standing':
      case 'block':
      case 'request':
        if (owners.has(`${row.seq} ${userId}`)) return
        break
      case 'conversation':
        if (mayHaveSeen(userId, row.id, row.seq)) return
        break
      default:
        // That one was removed is the last that one is told.
        if (row.type === 'member' && row.userId === userId) return
        if (mayHaveSeen(userId, row.conversationId, row.seq)) return
    }
    wrong.push(`${userId} is told what was never theirs to see: ${JSON.stringify(row)}`)
  }

  function note(userId: string | undefined, path: string, { rows }: Said): void {
    if (rows === undefined) return
    if (path.startsWith('/q/') || path.startsWith('/api/classrooms/')) return classrooms.noteTold(path, rows)
    if (userId === undefined) wrong.push(`nobody in particular is told of the campus: ${JSON.stringify(rows)}`)
    else for (const row of rows) checkRow(userId, row)
  }

  /** But for a first pull, of which nothing is held, nothing is ever replaced by what was before it. */
  function expectNewer<R extends { seq: number }>(
    userId: string,
    disk: Disk,
    table: Pick<MemoryTable<R, unknown>, 'onPut'>,
    hear: (row: R) => unknown = () => undefined,
  ): void {
    table.onPut = (row, before) => {
      hear(row)
      if (before === undefined || before.seq <= row.seq || disk.position.cursor === 0) return
      wrong.push(`${userId} puts ${JSON.stringify(row)} in the place of ${JSON.stringify(before)}`)
    }
  }

  return {
    wrong,
    files: createFilesWitness(wrong),
    noteCommit,
    noteRestored() {
      for (const known of stays.values()) for (const stay of known) stay.to = Math.min(stay.to, now())
      seen = 0
      noteMembers()
      notePrivateRows()
      const [log] = database.all<{ head: number }>("select head from log where id = 'campus'")
      seen = log?.head ?? 0
      classrooms.noteRestored()
    },
    noteAnswer(userId, path, text) {
      if (/\/(pull|history)\?/.test(path)) note(userId, path, JSON.parse(text) as Said)
    },
    noteFrame(userId, path, text) {
      if (text.startsWith('{"type":"rows"')) note(userId, path, JSON.parse(text) as Said)
    },
    watch(userId, disk) {
      expectNewer(userId, disk, disk.revisions)
      expectNewer(userId, disk, disk.reactions)
      expectNewer(userId, disk, disk.events)
      expectNewer(userId, disk, disk.deliveries)
      expectNewer(userId, disk, disk.seens)
      expectNewer(userId, disk, disk.readings)
      expectNewer(userId, disk, disk.settings)
      expectNewer(userId, disk, disk.keptDrafts)
      expectNewer(userId, disk, disk.messages, ({ conversationId, n }) => held.add(`${userId} ${conversationId} ${n}`))
    },
  }
}
