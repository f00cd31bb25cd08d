import type { Clock } from '../../shared/clock.ts'
import { SEEN_STEP_MS, toStep, untilNextStep } from '../accounts/session-life.ts'
import type { Bus } from '../bus/bus.ts'
import { presence, presenceAsked } from '../bus/channels.ts'

/*
 * Who has a socket with this process. A reload or a short cut of the network is no going:
 *
 *            come                 the last socket goes          their step has ended
 *     gone ────────▶ here ──────────────────────────▶ leaving ──────────────────▶ gone
 *                     ▲                                  │
 *                     └────────────── come ──────────────┘
 *
 * Whoever is leaving is still here, and all who leave in one step of time are gone at once: who went to a classroom when
 * is nobody's business. Whoever goes as a step ends goes with those of the next one. Other processes hear only of people whom they asked about within
 * ASKED_FOR_MS: a campus at which nobody looks costs the bus nothing.
 */

export interface Attendance {
  /** A socket of this user opened; the returned function says that it closed, and may be called twice. */
  come(userId: string): () => void
  isHere(userId: string): boolean
  close(): void
}

/** A reload takes no longer. */
const RELOAD_WITHIN_MS = 5_000
/** More than three times presence.ts's ASK_EVERY_MS: two questions in a row may be lost. */
export const ASKED_FOR_MS = 50_000

export function createAttendance(options: {
  processId: string
  bus: Bus
  clock: Clock
  /** Somebody came, or their last socket here went in the step that began at `goneAt`. */
  onChanged: (userId: string, goneAt: number | null) => void
}): Attendance {
  const { processId, bus, clock } = options
  const here = new Map<string, { sockets: number; stay: () => void }>()
  // In the order of their ends, so that what is over is always at the front.
  const askedUntil = new Map<string, number>()
  let isClosed = false

  function change(userId: string, goneAt: number | null): void {
    if ((askedUntil.get(userId) ?? 0) > clock.now()) bus.publish(presence, { processId, userIds: [userId], goneAt })
    options.onChanged(userId, goneAt)
  }

  const stopListening = bus.listen(presenceAsked, (question) => {
    if (question.processId === processId) return
    for (const [userId, until] of askedUntil) {
      if (until > clock.now()) break
      askedUntil.delete(userId)
    }
    for (const userId of question.userIds) {
      askedUntil.delete(userId)
      askedUntil.set(userId, clock.now() + ASKED_FOR_MS)
    }
    const userIds = question.userIds.filter((userId) => here.has(userId))
    if (userIds.length > 0) bus.publish(presence, { processId, userIds, goneAt: null })
  })

  return {
    come(userId) {
      const found = here.get(userId)
      const entry = found ?? { sockets: 0, stay: () => undefined }
      entry.stay()
      entry.sockets += 1
      if (found === undefined) {
        here.set(userId, entry)
        change(userId, null)
      }
      let isOpen = true
      return () => {
        if (!isOpen) return
        isOpen = false
        entry.sockets -= 1
        if (entry.sockets > 0 || isClosed) return
        const now = clock.now()
        const untilGone = untilNextStep(now) + (untilNextStep(now) < RELOAD_WITHIN_MS ? SEEN_STEP_MS : 0)
        const goneAt = toStep(now + untilGone) - SEEN_STEP_MS
        entry.stay = clock.after(untilGone, () => {
          here.delete(userId)
          change(userId, goneAt)
        })
      }
    },
    isHere: (userId) => here.has(userId),
    close() {
      isClosed = true
      stopListening()
      for (const { stay } of here.values()) stay()
    },
  }
}
