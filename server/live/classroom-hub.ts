import { randomUUID } from 'node:crypto'
import { classroomLog } from '../../shared/classroom/fields.ts'
import { type Clock, repeat } from '../../shared/clock.ts'
import { LONG_POLL_MS } from '../../shared/protocol/limits.ts'
import type { Bus } from '../bus/bus.ts'
import type { ClassroomAudience, ClassroomLogs } from '../classroom/classroom-logs.ts'
import { getHead } from '../log/changes.ts'
import type { Store } from '../store/store.ts'
import {
  type ClassroomChannel,
  type ClassroomListener,
  type ClassroomPlace,
  createClassroomChannel,
} from './classroom-channel.ts'
import { type ClassroomDevices, createClassroomDevices } from './classroom-devices.ts'

/**
 * Tells whoever listens in this process what the logs of classrooms bring. The bus only rings; should it lose
 * a word, a look at the heads, one statement for all that are listened to, finds out.
 */
export interface ClassroomHub {
  join(classroomId: string, audience: ClassroomAudience, listener: ClassroomListener): ClassroomPlace
  /** Resolves when there may be something after the cursor, when nothing came for `LONG_POLL_MS`, or when aborted. */
  waitForNews(classroomId: string, audience: ClassroomAudience, cursor: number, signal: AbortSignal): Promise<void>
  /** A student's socket opened; the returned function says that it closed. */
  come(classroomId: string): () => void
  countDevices(classroomId: string): number
  close(): void
}

const LOOK_EVERY_MS = 1_000
const TELL_DEVICES_AFTER_MS = 1_000

interface Heard {
  classroomId: string
  channel: ClassroomChannel
}

export function createClassroomHub(options: {
  store: Pick<Store, 'db'>
  logs: Pick<ClassroomLogs, 'loadSince'>
  bus: Bus
  clock: Clock
  onError: (error: unknown) => void
}): ClassroomHub {
  const { store, logs, bus, clock, onError } = options
  const channels = new Map<string, Heard>()
  const isTelling = new Set<string>()
  const devices: ClassroomDevices = createClassroomDevices({ processId: randomUUID(), bus, clock, onChanged })

  function onChanged(classroomId: string): void {
    if (isTelling.has(classroomId)) return
    isTelling.add(classroomId)
    clock.after(TELL_DEVICES_AFTER_MS, () => {
      isTelling.delete(classroomId)
      for (const channel of listOf(classroomId)) channel.pingAll()
    })
  }

  function listOf(classroomId: string): ClassroomChannel[] {
    return [...channels.values()].filter((one) => one.classroomId === classroomId).map(({ channel }) => channel)
  }

  function takeChannel(classroomId: string, audience: ClassroomAudience): ClassroomChannel {
    const key = `${classroomId} ${audience}`
    const known = channels.get(key)
    if (known !== undefined) return known.channel
    const channel = createClassroomChannel({
      findHead: () => getHead(store.db, classroomLog(classroomId)),
      loadSince: (from, limit) => logs.loadSince(classroomId, audience, from, limit),
      getDevices: () => devices.count(classroomId),
      onEmpty() {
        if (channels.get(key)?.channel === channel) channels.delete(key)
      },
      onError,
    })
    channels.set(key, { classroomId, channel })
    return channel
  }

  async function look(): Promise<void> {
    const ids = new Map([...channels.values()].map(({ classroomId }) => [classroomLog(classroomId), classroomId]))
    if (ids.size === 0) return
    try {
      const heads = await store.db
        .selectFrom('log')
        .select(['id', 'epoch', 'head'])
        .where('id', 'in', [...ids.keys()])
        .execute()
      for (const { id, epoch, head } of heads) {
        for (const channel of listOf(ids.get(id) ?? '')) channel.hear(head, epoch)
      }
    } catch (error) {
      onError(error)
    }
  }

  const stopListening = bus.listenToClassrooms({
    onChanged({ classroomId, to }) {
      for (const channel of listOf(classroomId)) channel.hear(to)
    },
    onDevices: () => undefined,
    onResumed() {
      for (const { channel } of channels.values()) channel.read()
    },
  })
  const stopLooking = repeat(clock, LOOK_EVERY_MS, look)

  function join(classroomId: string, audience: ClassroomAudience, listener: ClassroomListener): ClassroomPlace {
    return takeChannel(classroomId, audience).join(listener)
  }

  return {
    join,
    async waitForNews(classroomId, audience, cursor, signal) {
      const leave = audience === 'room' ? devices.comeToPoll(classroomId) : () => undefined
      let place: ClassroomPlace | undefined
      let cancel: () => void = () => undefined
      await new Promise<void>((resolve) => {
        const done = () => resolve()
        cancel = clock.after(LONG_POLL_MS, done)
        signal.addEventListener('abort', done)
        const waiting = join(classroomId, audience, {
          isFull: () => false,
          send: (_, type) => {
            if (type !== 'ping') done()
          },
        })
        place = waiting
        waiting.find().then(({ epoch }) => waiting.resume(epoch, cursor), done)
        if (signal.aborted) done()
      })
      cancel()
      place?.remove()
      leave()
    },
    come: devices.come,
    countDevices: devices.count,
    close() {
      stopListening()
      stopLooking()
      devices.close()
    },
  }
}
