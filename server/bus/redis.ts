import { Redis } from 'ioredis'
import * as v from 'valibot'
import { row } from '../../shared/protocol/rows.ts'
import type { Bus, BusListener } from './bus.ts'

const BATCH_CHANNEL = 'chatbox:batch'
const SESSIONS_CHANNEL = 'chatbox:sessions-ended'
const RECONNECT_MAX_MS = 2_000

const publishedBatch = v.object({
  log: v.string(),
  epoch: v.string(),
  from: v.number(),
  to: v.number(),
  rows: v.array(
    v.object({
      row,
      audience: v.variant('kind', [
        v.object({ kind: v.literal('all') }),
        v.object({ kind: v.literal('members'), conversationId: v.string() }),
        v.object({ kind: v.literal('seers'), conversationId: v.string() }),
        v.object({ kind: v.literal('user'), userId: v.string() }),
      ]),
    }),
  ),
})
const sessionsEnded = v.array(v.string())

/**
 * The bus over Redis pub/sub. Publishing never waits and never throws: while Redis is away words are
 * dropped, and `onError` hears of it; the log still has them.
 */
export function createRedisBus(url: string, onError: (error: unknown) => void): Bus {
  const options = {
    maxRetriesPerRequest: null,
    retryStrategy: (attempt: number) => Math.min(attempt * 100, RECONNECT_MAX_MS),
  }
  const publisher = new Redis(url, { ...options, enableOfflineQueue: false })
  const subscriber = new Redis(url, options)
  const listeners = new Set<BusListener>()
  const tell = (word: (listener: BusListener) => void) => {
    for (const listener of listeners) {
      try {
        word(listener)
      } catch (error) {
        onError(error)
      }
    }
  }
  publisher.on('error', onError)
  subscriber.on('error', onError)
  // ioredis subscribes again by itself after a reconnect, and says `ready` each time.
  subscriber.on('ready', () => tell((listener) => listener.onResumed()))
  subscriber.subscribe(BATCH_CHANNEL, SESSIONS_CHANNEL).catch(onError)
  subscriber.on('message', (channel: string, text: string) => {
    try {
      const content: unknown = JSON.parse(text)
      if (channel === BATCH_CHANNEL) {
        const batch = v.parse(publishedBatch, content)
        tell((listener) => listener.onBatch(batch))
      } else {
        const ids = v.parse(sessionsEnded, content)
        tell((listener) => listener.onSessionsEnded(ids))
      }
    } catch (error) {
      onError(error)
    }
  })
  const publish = (channel: string, content: unknown) => {
    publisher.publish(channel, JSON.stringify(content)).catch(onError)
  }
  return {
    publishBatch: (batch) => publish(BATCH_CHANNEL, batch),
    publishSessionsEnded: (ids) => publish(SESSIONS_CHANNEL, ids),
    listen(listener) {
      listeners.add(listener)
      return () => listeners.delete(listener)
    },
    async close() {
      listeners.clear()
      subscriber.disconnect()
      await publisher.quit().catch(() => publisher.disconnect())
    },
  }
}
