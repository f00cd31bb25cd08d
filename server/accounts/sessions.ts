import { uuidv7 } from 'uuidv7'
import type { Session } from '../../shared/protocol/http.ts'
import type { Bus } from '../bus/bus.ts'
import { sessionsEnded, sessionsRenewed } from '../bus/channels.ts'
import type { Database } from '../store/schema.ts'
import type { Store } from '../store/store.ts'
import { insertSession, type Key } from './insert-session.ts'
import { createLookUps } from './look-ups.ts'
import { createSessionCache, type FoundSession } from './session-cache.ts'
import { fromCookieHeader } from './session-cookie.ts'
import { isExpired, LAST_SEEN_EVERY_MS, SESSION_IDLE_MS, toStep } from './session-life.ts'
import { createSessionNotes } from './session-notes.ts'
import { createToken, isSameHash, type SessionToken, toSecretHash } from './session-token.ts'

export interface Sessions {
  /** The session of a `Cookie` header, if it is one that lives. At most one statement, for all who ask at once. */
  findSession(cookieHeader: string | undefined): Promise<FoundSession | undefined>
  /** Undefined when what somebody came by opens the account no more. */
  start(userId: string, key: Key, device: string): Promise<SessionToken | undefined>
  listSessions(current: FoundSession): Promise<Session[]>
  /** Which of these sessions have not ended, and which of those are of a suspended account. */
  listAlive(sessionIds: readonly string[]): Promise<{ alive: ReadonlySet<string>; suspended: ReadonlySet<string> }>
  /** False when this user has no such session. */
  endSession(userId: string, sessionId: string): Promise<boolean>
  /** Deletes, in the caller's transaction, all sessions of a user but one; they are over after `announceEnded`. */
  deleteOthers(db: Database, current: FoundSession): Promise<string[]>
  announceEnded(sessionIds: readonly string[]): void
  /** Ends all sessions of somebody who deletes their account; their devices are told so when they come back. */
  erase(userId: string): Promise<void>
  /** Whether the session of a `Cookie` header was of an account that was deleted. */
  isErased(cookieHeader: string | undefined): Promise<boolean>
  /**
   * Gives a session another secret, in the caller's transaction: whoever holds the one before is nobody, after
   * `announceRenewed`.
   */
  renew(db: Database, current: FoundSession): Promise<SessionToken>
  announceRenewed(sessionId: string): void
  /** The sessions of these people; what is kept of them is looked up anew. For when it changed what they may do. */
  reconsider(userIds: readonly string[]): Promise<string[]>
  /** For those that another process ended. */
  forget(sessionIds: readonly string[]): void
  /** For when words of other processes may have been missed. */
  forgetAll(): void
  /** "This device holds everything up to `cursor`." */
  recordCursor(sessionId: string, cursor: number): void
  /** "The last socket of this session just went." */
  recordLeft(sessionId: string): void
  /** To be called as a step of time begins: writes what was noted, and looks how far the log is. */
  turn(): Promise<void>
  flush(): Promise<void>
}

/** Asked about in one statement: SQLite takes 32,766 values, and a long one holds up whoever else it answers. */
const ALIVE_SESSIONS_MAX = 1_000

const DAY_MS = 24 * 60 * 60_000
const toDay = (at: number) => at - (at % DAY_MS)

export function createSessions(
  store: Store,
  bus: Pick<Bus, 'publish' | 'isShared' | 'isThere'>,
  now: () => number,
  findHead: () => Promise<number>,
  nextTurn?: () => Promise<void>,
): Sessions {
  // The embedded database has one process; over another one there may be some, with or without a Redis between them.
  const isTold = () => bus.isThere() && (bus.isShared || store.kind === 'sqlite')
  const cache = createSessionCache(now, isTold)
  const notes = createSessionNotes(store, now)
  /**
   * How far the log was as the step began. A device's cursor is kept no further: beside the exact time of the change
   * that it has not seen it would tell to the second when the device was last here.
   */
  let headAtStep: number | undefined
  const findHeadAtStep = async () => (headAtStep ??= await findHead())

  function announceEnded(sessionIds: readonly string[]): void {
    if (sessionIds.length === 0) return
    cache.drop(sessionIds)
    bus.publish(sessionsEnded, [...sessionIds])
  }

  const lookUp = createLookUps({
    async load(ids) {
      const rows = await store.db
        .selectFrom('session')
        .leftJoin('standing', 'standing.user_id', 'session.user_id')
        .select(['session.id', 'session.user_id', 'secret_hash', 'last_seen_at', 'suspended_at', 'suspended_for'])
        .where('session.id', 'in', ids)
        .execute()
      return new Map(rows.map((row) => [row.id, row]))
    },
    nextTurn,
  })

  async function look(token: SessionToken, secretHash: string): Promise<FoundSession | undefined> {
    const row = await lookUp(token.sessionId)
    if (row === undefined || !isSameHash(row.secret_hash, secretHash)) return undefined
    // It stays: the clock may be wrong for a moment. What is long over is pruned.
    if (isExpired(row, now())) return undefined
    if (now() - row.last_seen_at >= LAST_SEEN_EVERY_MS) notes.noteUse(token.sessionId)
    const isSuspended = row.suspended_at !== null
    return {
      ...{ sessionId: token.sessionId, userId: row.user_id },
      ...(isSuspended && { suspendedFor: row.suspended_for ?? '' }),
    }
  }

  return {
    async findSession(cookieHeader) {
      const token = fromCookieHeader(cookieHeader)
      if (token === undefined) return undefined
      const secretHash = toSecretHash(token)
      return cache.find(secretHash) ?? (await cache.fill(secretHash, () => look(token, secretHash)))
    },

    async start(userId, key, device) {
      const token = createToken(uuidv7())
      const time = now()
      const record = {
        id: token.sessionId,
        user_id: userId,
        secret_hash: toSecretHash(token),
        device,
        created_at: time,
        last_seen_at: toStep(time),
        cursor_seq: 0,
      }
      return (await insertSession(store.db, record, key)) ? token : undefined
    },

    async listSessions({ userId, sessionId }) {
      const rows = await store.db
        .selectFrom('session')
        .select(['id', 'device', 'created_at', 'last_seen_at', 'synced_at', 'cursor_seq'])
        .where('user_id', '=', userId)
        .execute()
      const head = await findHeadAtStep()
      return rows
        .filter((row) => !isExpired(row, now()))
        .map((row) => {
          const noted = notes.find(row.id)
          const syncedAt = Math.max(row.synced_at ?? 0, noted?.syncedAt ?? 0)
          return {
            id: row.id,
            device: row.device,
            createdAt: row.created_at,
            lastSeenAt: Math.max(row.last_seen_at, noted?.usedAt ?? 0),
            lastSyncAt: syncedAt === 0 ? null : syncedAt,
            upToDate: syncedAt > 0 && Math.max(row.cursor_seq, noted?.cursor ?? 0) >= head,
            current: row.id === sessionId,
          }
        })
        .sort((one, other) => other.lastSeenAt - one.lastSeenAt)
    },

    async listAlive(sessionIds) {
      const alive = new Set<string>()
      const suspended = new Set<string>()
      for (let from = 0; from < sessionIds.length; from += ALIVE_SESSIONS_MAX) {
        const rows = await store.db
          .selectFrom('session')
          .leftJoin('standing', 'standing.user_id', 'session.user_id')
          .select(['session.id', 'suspended_at'])
          .where('session.id', 'in', sessionIds.slice(from, from + ALIVE_SESSIONS_MAX))
          .where('last_seen_at', '>=', now() - SESSION_IDLE_MS)
          .execute()
        for (const { id, suspended_at } of rows) {
          alive.add(id)
          if (suspended_at !== null) suspended.add(id)
        }
      }
      // Those of who was suspended or restored meanwhile are looked up anew.
      cache.renew(new Set([...alive].filter((id) => !suspended.has(id))))
      return { alive, suspended }
    },

    async endSession(userId, sessionId) {
      const deleted = await store.db
        .deleteFrom('session')
        .where('id', '=', sessionId)
        .where('user_id', '=', userId)
        .executeTakeFirst()
      if (deleted.numDeletedRows === 0n) return false
      announceEnded([sessionId])
      return true
    },

    async deleteOthers(db, { userId, sessionId }) {
      const others = db.selectFrom('session').select('id').where('user_id', '=', userId).where('id', '!=', sessionId)
      const rows = await others.execute()
      await db.deleteFrom('session').where('user_id', '=', userId).where('id', '!=', sessionId).execute()
      return rows.map((row) => row.id)
    },

    announceEnded,
    async erase(userId) {
      const ended = await store.write(async (db) => {
        const own = await db.selectFrom('session').select(['id', 'secret_hash']).where('user_id', '=', userId).execute()
        // To the day: it must not tell when the account was deleted, beside whose messages came last.
        const ends_at = toDay(now() + SESSION_IDLE_MS)
        await store.upsert(
          db,
          'erased_session',
          ['secret_hash'],
          own.map(({ secret_hash }) => ({ secret_hash, ends_at })),
        )
        await db.deleteFrom('session').where('user_id', '=', userId).execute()
        return own.map(({ id }) => id)
      })
      announceEnded(ended)
    },
    async isErased(cookieHeader) {
      const token = fromCookieHeader(cookieHeader)
      if (token === undefined) return false
      const found = await store.db
        .selectFrom('erased_session')
        .select('ends_at')
        .where('secret_hash', '=', toSecretHash(token))
        .executeTakeFirst()
      return found !== undefined
    },
    async renew(db, { sessionId }) {
      const token = createToken(sessionId)
      await db
        .updateTable('session')
        .set({ secret_hash: toSecretHash(token) })
        .where('id', '=', sessionId)
        .execute()
      return token
    },
    announceRenewed(sessionId) {
      cache.drop([sessionId])
      bus.publish(sessionsRenewed, [sessionId])
    },
    async reconsider(userIds) {
      const rows = await store.db.selectFrom('session').select('id').where('user_id', 'in', userIds).execute()
      const ids = rows.map(({ id }) => id)
      cache.drop(ids)
      return ids
    },
    forget: cache.drop,
    forgetAll: cache.clear,
    // How far the log was is known a moment later than that there is something of it here.
    recordCursor: (sessionId, cursor) => notes.noteCursor(sessionId, Math.min(cursor, headAtStep ?? 0), cursor > 0),
    recordLeft: notes.noteUse,
    async turn() {
      // Until the new one is found the one before holds: a cursor noted meanwhile is kept no further than that.
      const look = async () => {
        headAtStep = await findHead()
      }
      await Promise.all([look(), notes.flush()])
    },
    flush: notes.flush,
  }
}
