import { randomUUID } from 'node:crypto'
import { type Clock, repeat } from '../../shared/clock.ts'
import type { Bus } from '../bus/bus.ts'
import { deviceCounts } from '../bus/channels.ts'

/*
 * How many devices have a classroom open, in all processes. A count is all that is ever said or kept:
 *
 *     this process                         every other process
 *        │ so many with me ──────────────────▶ │  kept until it is not said again for FORGOTTEN_AFTER_MS
 *        │ ◀────────────────── so many with me │  at once, to a process not heard of yet
 *        │        … every SAY_EVERY_MS …
 */

export interface ClassroomDevices {
  /** A socket opened; the returned function says that it closed, and may be called twice. */
  come(classroomId: string): () => void
  /** Likewise for a long poll, whose device is taken to be still there for the moment between two polls. */
  comeToPoll(classroomId: string): () => void
  count(classroomId: string): number
  close(): void
}

export const TELL_AFTER_MS = 1_000
export const SAY_AFTER_MS = 500
export const SAY_EVERY_MS = 15_000
/** More than twice as long: one word may be lost. */
export const FORGOTTEN_AFTER_MS = 40_000
export const BETWEEN_POLLS_MS = 3_000

export function createClassroomDevices(options: {
  processId?: string
  bus: Pick<Bus, 'publish' | 'listen'>
  clock: Clock
  /** The count changed; called at most once in `TELL_AFTER_MS` for each classroom. */
  onChanged: (classroomId: string) => void
}): ClassroomDevices {
  const { processId = randomUUID(), bus, clock } = options
  const own = new Map<string, number>()
  const others = new Map<string, Map<string, { count: number; heardAt: number }>>()
  const unsaid = new Set<string>()
  /** Devices between two polls, each with what calls off its going. */
  const between = new Map<string, Set<() => void>>()
  let cancelSaying: (() => void) | undefined
  const changed = new Set<string>()

  function change(classroomId: string): void {
    if (changed.has(classroomId)) return
    changed.add(classroomId)
    clock.after(TELL_AFTER_MS, () => {
      changed.delete(classroomId)
      options.onChanged(classroomId)
    })
  }

  function say(classroomId: string): void {
    unsaid.add(classroomId)
    cancelSaying ??= clock.after(SAY_AFTER_MS, () => {
      cancelSaying = undefined
      for (const id of unsaid) bus.publish(deviceCounts, { processId, classroomId: id, count: own.get(id) ?? 0 })
      unsaid.clear()
    })
  }

  function add(classroomId: string, by: 1 | -1): void {
    const count = (own.get(classroomId) ?? 0) + by
    if (count === 0) own.delete(classroomId)
    else own.set(classroomId, count)
    say(classroomId)
    change(classroomId)
  }

  function come(classroomId: string): () => void {
    add(classroomId, 1)
    let isHere = true
    return () => {
      if (isHere) add(classroomId, -1)
      isHere = false
    }
  }

  const stopListening = bus.listen(deviceCounts, ({ processId: other, classroomId, count }) => {
    if (other === processId) return
    const heard = others.get(classroomId) ?? new Map<string, { count: number; heardAt: number }>()
    const before = heard.get(other)?.count
    if (count > 0) others.set(classroomId, heard.set(other, { count, heardAt: clock.now() }))
    else heard.delete(other)
    if (heard.size === 0) others.delete(classroomId)
    if (before === undefined && count > 0 && own.has(classroomId)) say(classroomId)
    if ((before ?? 0) !== count) change(classroomId)
  })

  const stopBeating = repeat(clock, SAY_EVERY_MS, () => {
    for (const classroomId of own.keys()) say(classroomId)
    for (const [classroomId, heard] of others) {
      for (const [other, { heardAt }] of heard) {
        if (heardAt > clock.now() - FORGOTTEN_AFTER_MS) continue
        heard.delete(other)
        change(classroomId)
      }
      if (heard.size === 0) others.delete(classroomId)
    }
  })

  return {
    come,
    comeToPoll(classroomId) {
      const [callOff] = between.get(classroomId) ?? []
      if (callOff === undefined) add(classroomId, 1)
      else callOff()
      let isHere = true
      return () => {
        if (!isHere) return
        isHere = false
        const waiting = between.get(classroomId) ?? new Set<() => void>()
        between.set(classroomId, waiting)
        const forget = () => {
          waiting.delete(goOn)
          if (waiting.size === 0) between.delete(classroomId)
        }
        const cancel = clock.after(BETWEEN_POLLS_MS, () => {
          forget()
          add(classroomId, -1)
        })
        const goOn = () => {
          cancel()
          forget()
        }
        waiting.add(goOn)
      }
    },
    count(classroomId) {
      const elsewhere = [...(others.get(classroomId)?.values() ?? [])]
      return elsewhere.reduce((sum, { count }) => sum + count, own.get(classroomId) ?? 0)
    },
    close() {
      stopListening()
      stopBeating()
      cancelSaying?.()
    },
  }
}
