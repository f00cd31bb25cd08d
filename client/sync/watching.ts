import type { Clock } from '../../shared/clock.ts'
import type { DownFrame } from '../../shared/protocol/down.ts'
import { TYPING_EVERY_MS, WATCHED_MAX } from '../../shared/protocol/limits.ts'
import type { LiveRow } from '../../shared/protocol/rows.ts'
import type { UpFrame } from '../../shared/protocol/up.ts'
import type { Watch } from './database.ts'
import { keepPeople } from './people.ts'
import type { ClientStore, LiveTables } from './tables.ts'
import { WATCH_TTL_MS } from './watches.ts'

/*
 * Typing and presence over one socket: what is only for now, and never in the log.
 *
 *   what tabs watch ──▶ joined ──▶ `watch`, when it differs from what was sent on this socket
 *   a tab’s typingAt ──────────▶ `typing`, at most every TYPING_EVERY_MS
 *   `typist`, `presence` ──────▶ kept until they are over, watched no more, or the socket ends
 *   `person` ──────────────────▶ kept with the people held here
 *
 * What the screen says of somebody is what the server said on this very socket: with its end all of
 * it is forgotten, and with its beginning whatever a crash left there.
 */

export interface Watching {
  /** The server greeted: from here on frames may be sent. */
  begin(): void
  onFrame(frame: Extract<DownFrame, { type: 'typist' | 'presence' | 'person' | 'denied' }>): void
  /** Whoever sent a message has stopped typing it. */
  onRows(rows: readonly LiveRow[]): void
  end(): void
}

type WatchFrame = Extract<UpFrame, { type: 'watch' }>

const NOTHING: WatchFrame = { type: 'watch', conversationId: null, userIds: [] }

export function createWatching(options: {
  clock: Clock
  store: ClientStore
  send(frame: UpFrame): void
  onError(error: unknown): void
}): Watching {
  const { clock, store, send } = options
  let over = false
  let sent = NOTHING
  /** What each tab had open when last looked, to know which of them turned to something else. */
  let open = new Map<string, string | null>()
  const typedAt = new Map<string, number>()
  /** Typists known, with what calls off their end. */
  const typists = new Map<string, () => void>()
  let cancelLook: () => void = () => undefined
  let stopListening: () => void = () => undefined
  void write(forget)

  async function write(work: (tables: LiveTables) => Promise<unknown>): Promise<void> {
    await store.transactLive(work).catch(options.onError)
  }

  async function look(): Promise<void> {
    if (over) return
    const now = clock.now()
    const watches = await store.transactLive(async (tables) => {
      const all = await tables.watches.toArray()
      const gone = all.filter((watch) => watch.changedAt + WATCH_TTL_MS <= now)
      if (gone.length > 0) await tables.watches.bulkDelete(gone.map((watch) => watch.tab))
      return all.filter((watch) => !gone.includes(watch))
    })
    if (isOver()) return
    const typingAgain = sendTyping(watches, now)
    await sendWatch(joinWatches(watches))
    const ends = [...watches.map((watch) => watch.changedAt + WATCH_TTL_MS), ...typingAgain]
    cancelLook()
    if (ends.length > 0) cancelLook = clock.after(Math.max(1, Math.min(...ends) - now), lookAgain)
  }

  function lookAgain(): void {
    look().catch(options.onError)
  }

  /** TypeScript takes it that nothing ends while one awaits. */
  function isOver(): boolean {
    return over
  }

  /** Returns when to look again, because somebody may go on typing. */
  function sendTyping(watches: readonly Watch[], now: number): number[] {
    return watches.flatMap(({ conversationId, typingAt }) => {
      if (conversationId === null || typingAt === null || now - typingAt >= TYPING_EVERY_MS) return []
      const next = (typedAt.get(conversationId) ?? -Infinity) + TYPING_EVERY_MS
      if (next > now) return [next]
      typedAt.set(conversationId, now)
      send({ type: 'typing', conversationId })
      return [now + TYPING_EVERY_MS]
    })
  }

  /** A frame names one conversation: of several on several screens, the one that somebody turned to last. */
  function joinWatches(watches: readonly Watch[]): WatchFrame {
    const newest = watches.toSorted((one, other) => other.changedAt - one.changedAt)
    const opened = newest.filter((watch) => watch.conversationId !== null)
    const turned = opened.find((watch) => open.get(watch.tab) !== watch.conversationId)
    const stays = opened.find((watch) => watch.conversationId === sent.conversationId)
    open = new Map(watches.map((watch) => [watch.tab, watch.conversationId]))
    const conversationId = (turned ?? stays ?? opened[0])?.conversationId ?? null
    const userIds = [...new Set(newest.flatMap((watch) => watch.userIds))].slice(0, WATCHED_MAX).sort()
    const people = newest.some((watch) => watch.people === true)
    return { type: 'watch', conversationId, userIds, ...(people && { people }) }
  }

  async function sendWatch(frame: WatchFrame): Promise<void> {
    if (JSON.stringify(frame) === JSON.stringify(sent)) return
    sent = frame
    send(frame)
    for (const key of typists.keys()) if (!key.startsWith(`${frame.conversationId ?? ''},`)) dropTypist(key)
    await store.transactLive(async (tables) => {
      const typing = (await tables.typists.toArray()).filter((row) => row.conversationId !== frame.conversationId)
      const others = (await tables.presences.toArray()).filter((row) => !frame.userIds.includes(row.userId))
      await tables.typists.bulkDelete(typing.map((row) => [row.conversationId, row.userId]))
      await tables.presences.bulkDelete(others.map((row) => row.userId))
    })
  }

  function dropTypist(key: string): void {
    typists.get(key)?.()
    typists.delete(key)
  }

  function removeTypist(conversationId: string, userId: string): void {
    const key = `${conversationId},${userId}`
    if (!typists.has(key)) return
    dropTypist(key)
    void write(async (tables) => tables.typists.bulkDelete([[conversationId, userId]]))
  }

  return {
    begin() {
      if (over) return
      stopListening = store.onWatchChange(lookAgain)
      lookAgain()
    },
    onFrame(frame) {
      if (over) return
      const now = clock.now()
      switch (frame.type) {
        case 'typist': {
          const { conversationId, userId, ttlMs } = frame
          if (conversationId !== sent.conversationId) return
          const key = `${conversationId},${userId}`
          dropTypist(key)
          typists.set(
            key,
            clock.after(ttlMs, () => removeTypist(conversationId, userId)),
          )
          void write(async (tables) => tables.typists.bulkPut([{ conversationId, userId, until: now + ttlMs }]))
          break
        }
        case 'presence': {
          const { userId, state, lastSeenAt } = frame
          if (!sent.userIds.includes(userId)) return
          void write(async (tables) => tables.presences.bulkPut([{ userId, state, lastSeenAt, heardAt: now }]))
          break
        }
        case 'person': {
          const { person } = frame
          store.transact((tables) => keepPeople(tables, [person], person.seq)).catch(options.onError)
          break
        }
        case 'denied':
          // Nothing more comes of what was to be watched; typing is not said again before somebody types again.
          if (frame.frame === 'watch') void write(forget)
          break
      }
    },
    onRows(rows) {
      if (typists.size === 0) return
      for (const row of rows) if (row.type === 'message') removeTypist(row.conversationId, row.authorId)
    },
    end() {
      if (over) return
      over = true
      cancelLook()
      stopListening()
      for (const key of typists.keys()) dropTypist(key)
      // What cannot be forgotten now is when the next socket opens.
      store.transactLive(forget).catch(() => undefined)
    },
  }
}

async function forget(tables: LiveTables): Promise<void> {
  await tables.typists.clear()
  await tables.presences.clear()
}
