import { Redis } from 'ioredis'
import * as v from 'valibot'
import type { Bus, Channel } from './bus.ts'
import { callEach, createListeners } from './listeners.ts'

const RECONNECT_MAX_MS = 2_000

/**
 * The bus over Redis pub/sub, under a prefix that only the processes of one campus share. Publishing
 * never waits and never throws: while Redis is away words are dropped, and `onError` hears of it; the log
 * still has what must not be lost.
 */
export function createRedisBus(url: string, prefix: string, onError: (error: unknown) => void): Bus {
  const options = {
    maxRetriesPerRequest: null,
    retryStrategy: (attempt: number) => Math.min(attempt * 100, RECONNECT_MAX_MS),
  }
  const publisher = new Redis(url, { ...options, enableOfflineQueue: false })
  const subscriber = new Redis(url, options)
  const listeners = createListeners()
  const resumeListeners = new Set<() => void>()
  const toRedisName = ({ name }: Pick<Channel<never>, 'name'>) => `${prefix}:${name}`

  publisher.on('error', onError)
  subscriber.on('error', onError)
  // ioredis subscribes again by itself after a reconnect, and says `ready` each time.
  subscriber.on('ready', () => callEach(resumeListeners, (listener) => listener()).forEach(onError))
  subscriber.on('message', (redisName: string, text: string) => {
    const channel = listeners.findChannel(redisName.slice(prefix.length + 1))
    if (channel === undefined) return
    try {
      listeners.call(channel, v.parse(channel.schema, JSON.parse(text))).forEach(onError)
    } catch (error) {
      onError(error)
    }
  })

  return {
    publish(channel, word) {
      publisher.publish(toRedisName(channel), JSON.stringify(word)).catch(onError)
    },
    listen(channel, listener) {
      if (listeners.findChannel(channel.name) === undefined) subscriber.subscribe(toRedisName(channel)).catch(onError)
      return listeners.add(channel, listener)
    },
    onResumed(listener) {
      resumeListeners.add(listener)
      return () => resumeListeners.delete(listener)
    },
    async close() {
      listeners.clear()
      resumeListeners.clear()
      subscriber.disconnect()
      await publisher.quit().catch(() => publisher.disconnect())
    },
  }
}
