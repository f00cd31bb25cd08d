import type { Observable } from 'dexie'
import type { RequestRow } from '../../../shared/protocol/rows.ts'
import type { OutboxEntry } from '../../sync/database.ts'
import { liveQuery } from '../../sync/storage/live-query.ts'
import { entriesOf, isOptimistic } from '../outbox/pending.ts'
import { createFindPerson, type FindPerson, type Person } from '../people/person.ts'
import type { Session } from '../session.ts'
import { blockedIds } from './blocked-ids.ts'

/** What one is asked: to take up a direct conversation, or to come into a group. */
export interface RequestView {
  conversationId: string
  kind: RequestRow['kind']
  /** Who asks, or the group. */
  title: string
  by: Person
  at: number
  /** How a direct conversation begins. */
  messages: readonly { id: string; text: string; at: number }[]
  /** Accepted here, and the server has not heard of it, or its conversation has not come yet. */
  accepted: boolean
}

export interface RequestInput {
  rows: readonly RequestRow[]
  entries: readonly OutboxEntry[]
  blocked: ReadonlySet<string>
  findPerson: FindPerson
}

/** What is still to be answered, and what was accepted here and is on its way; the latest first. */
export function toRequests({ rows, entries, blocked, findPerson }: RequestInput): RequestView[] {
  const answers = new Map<string, boolean>()
  for (const { command } of entriesOf(entries, 'request.answer').filter(isOptimistic)) {
    answers.set(command.conversationId, command.accepted)
  }
  return rows
    .flatMap(({ state, conversationId, kind, byId, at, title, messages }): RequestView[] => {
      const answer = answers.get(conversationId)
      if (state !== 'asked' || byId === null || blocked.has(byId) || answer === false) return []
      const by = findPerson(byId)
      return [
        {
          ...{ conversationId, kind, by, at, accepted: answer === true },
          title: kind === 'group' ? (title ?? 'Group') : by.name,
          messages: messages.filter(({ text }) => text !== ''),
        },
      ]
    })
    .sort((one, other) => other.at - one.at)
}

export function watchRequests({ db, account }: Session): Observable<RequestView[]> {
  return liveQuery(async () => {
    const rows = await db.requests.toArray()
    if (!rows.some(({ state }) => state === 'asked')) return []
    const [entries, blocks, users] = await Promise.all([
      db.outbox.orderBy('position').toArray(),
      db.blocks.toArray(),
      db.users.bulkGet(rows.flatMap(({ byId }) => byId ?? [])),
    ])
    const known = users.filter((user) => user !== undefined)
    const findPerson = createFindPerson(known, entries, account.userId)
    return toRequests({ rows, entries, blocked: blockedIds(blocks, entries), findPerson })
  })
}

/** A group that one left for good. */
export interface LeftGroup {
  conversationId: string
  title: string
}

export function watchLeftForGood({ db }: Session): Observable<LeftGroup[]> {
  return liveQuery(async () => {
    const [rows, entries] = await Promise.all([db.requests.toArray(), db.outbox.orderBy('position').toArray()])
    const back = new Set(
      entriesOf(entries, 'member.leave-for-good')
        .filter((entry) => isOptimistic(entry) && !entry.command.forGood)
        .map(({ conversationId }) => conversationId),
    )
    return rows.flatMap(({ conversationId, state, title }) =>
      state === 'left' && !back.has(conversationId) ? [{ conversationId, title: title ?? 'A group' }] : [],
    )
  })
}
