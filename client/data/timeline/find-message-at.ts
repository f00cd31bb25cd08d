import { Dexie } from 'dexie'
import type { MessageRow } from '../../../shared/protocol/rows.ts'
import type { ClientDatabase } from '../../sync/database.ts'
import { fetchAt } from './fetch-history.ts'
import type { Session } from '../session.ts'

/** `nearest` is the message on this device that was sent nearest to that moment; null when there is none. */
export type MessageAt =
  | { kind: 'found'; n: number }
  | { kind: 'nothing-said' }
  | { kind: 'offline'; nearest: number | null }
  | { kind: 'refused' }

/**
 * The first message sent from this moment on, or the last one when nothing was said since. Asks the
 * server unless this device holds what was said right before and after.
 */
export async function findMessageAt(session: Session, conversationId: string, atMs: number): Promise<MessageAt> {
  const { db } = session
  const here = await lookAround(db, conversationId, atMs)
  if (here.certain !== null) return { kind: 'found', n: here.certain }
  if (here.newestN === 0) return { kind: 'nothing-said' }
  const outcome = await fetchAt(session, conversationId, atMs)
  if (outcome === 'refused') return { kind: 'refused' }
  if (outcome === 'offline') return { kind: 'offline', nearest: here.nearest }
  const fetched = await lookAround(db, conversationId, atMs)
  const n = fetched.certain ?? fetched.nearest
  return n === null ? { kind: 'nothing-said' } : { kind: 'found', n }
}

interface Around {
  /** The message looked for, when nothing can be missing between what is held before and after that moment. */
  certain: number | null
  nearest: number | null
  newestN: number
}

async function lookAround(db: ClientDatabase, conversationId: string, atMs: number): Promise<Around> {
  const sent = db.messages.where('[conversationId+sentAt]')
  const [before, after, latest] = await Promise.all([
    sent.between([conversationId, Dexie.minKey], [conversationId, atMs]).last(),
    db.messages
      .where('[conversationId+sentAt]')
      .between([conversationId, atMs], [conversationId, Dexie.maxKey])
      .first(),
    db.latest.get(conversationId),
  ])
  const newestN = latest?.n ?? 0
  return { certain: findCertain(before, after, newestN), nearest: findNearest(before, after, atMs)?.n ?? null, newestN }
}

function findCertain(before: MessageRow | undefined, after: MessageRow | undefined, newestN: number): number | null {
  if (after !== undefined) return after.n === (before?.n ?? 0) + 1 ? after.n : null
  return before !== undefined && before.n === newestN ? newestN : null
}

function findNearest(
  before: MessageRow | undefined,
  after: MessageRow | undefined,
  atMs: number,
): MessageRow | undefined {
  if (before === undefined || after === undefined) return after ?? before
  return atMs - before.sentAt < after.sentAt - atMs ? before : after
}
