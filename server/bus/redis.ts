import { Redis } from 'ioredis'
import * as v from 'valibot'
import type { Bus, Channel } from './bus.ts'
import { createEchoes } from './echoes.ts'
import { callEach, createListeners } from './listeners.ts'

const RECONNECT_MAX_MS = 2_000

/**
 * The bus over Redis pub/sub, under a prefix that only the processes of one campus share. Publishing
 * never waits and never throws: while Redis is away words reach this process alone, and `onError` hears of it;
 * the log still has what must not be lost. What this process said itself it need not hear of Redis, nor parse.
 */
export function createRedisBus(url: string, prefix: string, onError: (error: unknown) => void): Bus {
  const options = {
    maxRetriesPerRequest: null,
    retryStrategy: (attempt: number) => Math.min(attempt * 100, RECONNECT_MAX_MS),
  }
  const publisher = new Redis(url, { ...options, enableOfflineQueue: false })
  const subscriber = new Redis(url, options)
  const listeners = createListeners()
  const echoes = createEchoes()
  const resumeListeners = new Set<() => void>()
  const toRedisName = ({ name }: Pick<Channel<never>, 'name'>) => `${prefix}:${name}`

  const isThere = () => publisher.status === 'ready' && subscriber.status === 'ready'

  publisher.on('error', onError)
  subscriber.on('error', onError)
  // ioredis subscribes again by itself after a reconnect, and says `ready` each time.
  subscriber.on('ready', () => callEach(resumeListeners, (listener) => listener()).forEach(onError))
  // What was under way is lost, or comes late and is heard twice, which does no harm.
  subscriber.on('close', echoes.clear)
  subscriber.on('message', (redisName: string, text: string) => {
    const channel = listeners.findChannel(redisName.slice(prefix.length + 1))
    if (channel === undefined || echoes.take(text)) return
    try {
      listeners.call(channel, v.parse(channel.schema, JSON.parse(text))).forEach(onError)
    } catch (error) {
      onError(error)
    }
  })

  return {
    publish(channel, word) {
      const text = JSON.stringify(word)
      // What nobody here listens to does not come back.
      if (isThere() && listeners.findChannel(channel.name) !== undefined) echoes.expect(text)
      publisher.publish(toRedisName(channel), text).catch(onError)
      listeners.call(channel, word).forEach(onError)
    },
    listen(channel, listener) {
      if (listeners.findChannel(channel.name) === undefined) subscriber.subscribe(toRedisName(channel)).catch(onError)
      return listeners.add(channel, listener)
    },
    onResumed(listener) {
      resumeListeners.add(listener)
      return () => resumeListeners.delete(listener)
    },
    isShared: true,
    isThere,
    async close() {
      listeners.clear()
      resumeListeners.clear()
      subscriber.disconnect()
      await publisher.quit().catch(() => publisher.disconnect())
    },
  }
}
