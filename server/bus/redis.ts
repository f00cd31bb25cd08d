import { Redis } from 'ioredis'
import * as v from 'valibot'
import { row } from '../../shared/protocol/rows.ts'
import type { Bus, BusListener } from './bus.ts'
import type { ClassroomListener } from './classrooms.ts'
import type { SignalListener } from './signals.ts'

const CHANNEL = {
  batch: 'chatbox:batch',
  sessionsEnded: 'chatbox:sessions-ended',
  typing: 'chatbox:typing',
  presenceAsked: 'chatbox:presence-asked',
  presence: 'chatbox:presence',
  classroom: 'chatbox:classroom',
  devices: 'chatbox:classroom-devices',
} as const
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
const typingSignal = v.object({ conversationId: v.string(), userId: v.string() })
const presenceQuestion = v.object({ processId: v.string(), userIds: v.array(v.string()) })
const presenceSignal = v.object({ ...presenceQuestion.entries, goneAt: v.nullable(v.number()) })
const classroomChange = v.object({ classroomId: v.string(), to: v.number() })
const deviceCount = v.object({ processId: v.string(), classroomId: v.string(), count: v.number() })

/**
 * The bus over Redis pub/sub. Publishing never waits and never throws: while Redis is away words are
 * dropped, and `onError` hears of it; the log still has what must not be lost.
 */
export function createRedisBus(url: string, onError: (error: unknown) => void): Bus {
  const options = {
    maxRetriesPerRequest: null,
    retryStrategy: (attempt: number) => Math.min(attempt * 100, RECONNECT_MAX_MS),
  }
  const publisher = new Redis(url, { ...options, enableOfflineQueue: false })
  const subscriber = new Redis(url, options)
  const listeners = new Set<BusListener>()
  const signalListeners = new Set<SignalListener>()
  const classroomListeners = new Set<ClassroomListener>()
  function tellAll<Listener>(all: ReadonlySet<Listener>, word: (listener: Listener) => void): void {
    for (const listener of all) {
      try {
        word(listener)
      } catch (error) {
        onError(error)
      }
    }
  }
  const tell = (word: (listener: BusListener) => void) => tellAll(listeners, word)
  const signal = (word: (listener: SignalListener) => void) => tellAll(signalListeners, word)
  const tellOfClassroom = (word: (listener: ClassroomListener) => void) => tellAll(classroomListeners, word)
  publisher.on('error', onError)
  subscriber.on('error', onError)
  // ioredis subscribes again by itself after a reconnect, and says `ready` each time.
  subscriber.on('ready', () => {
    tell((listener) => listener.onResumed())
    tellOfClassroom((listener) => listener.onResumed())
  })
  subscriber.subscribe(...Object.values(CHANNEL)).catch(onError)
  subscriber.on('message', (channel: string, text: string) => {
    try {
      hear(channel, JSON.parse(text))
    } catch (error) {
      onError(error)
    }
  })
  function hear(channel: string, content: unknown): void {
    switch (channel) {
      case CHANNEL.batch: {
        const batch = v.parse(publishedBatch, content)
        return tell((listener) => listener.onBatch(batch))
      }
      case CHANNEL.sessionsEnded: {
        const ids = v.parse(sessionsEnded, content)
        return tell((listener) => listener.onSessionsEnded(ids))
      }
      case CHANNEL.typing: {
        const typing = v.parse(typingSignal, content)
        return signal((listener) => listener.onTyping(typing))
      }
      case CHANNEL.presenceAsked: {
        const question = v.parse(presenceQuestion, content)
        return signal((listener) => listener.onPresenceAsked(question))
      }
      case CHANNEL.presence: {
        const presence = v.parse(presenceSignal, content)
        return signal((listener) => listener.onPresence(presence))
      }
      case CHANNEL.classroom: {
        const change = v.parse(classroomChange, content)
        return tellOfClassroom((listener) => listener.onChanged(change))
      }
      case CHANNEL.devices: {
        const count = v.parse(deviceCount, content)
        return tellOfClassroom((listener) => listener.onDevices(count))
      }
    }
  }
  const publish = (channel: string, content: unknown) => {
    publisher.publish(channel, JSON.stringify(content)).catch(onError)
  }
  return {
    publishBatch: (batch) => publish(CHANNEL.batch, batch),
    publishSessionsEnded: (ids) => publish(CHANNEL.sessionsEnded, ids),
    listen(listener) {
      listeners.add(listener)
      return () => listeners.delete(listener)
    },
    publishTyping: (typing) => publish(CHANNEL.typing, typing),
    askPresence: (question) => publish(CHANNEL.presenceAsked, question),
    publishPresence: (presence) => publish(CHANNEL.presence, presence),
    listenToSignals(listener) {
      signalListeners.add(listener)
      return () => signalListeners.delete(listener)
    },
    publishClassroomChange: (change) => publish(CHANNEL.classroom, change),
    publishDeviceCount: (count) => publish(CHANNEL.devices, count),
    listenToClassrooms(listener) {
      classroomListeners.add(listener)
      return () => classroomListeners.delete(listener)
    },
    async close() {
      listeners.clear()
      signalListeners.clear()
      classroomListeners.clear()
      subscriber.disconnect()
      await publisher.quit().catch(() => publisher.disconnect())
    },
  }
}
