import * as v from 'valibot'
import { classroomUpFrame } from '../../shared/classroom/frames.ts'
import type { ClassroomLogRow } from '../../shared/classroom/rows.ts'
import { CLASSROOM_VERSION } from '../../shared/classroom/version.ts'
import type { Clock } from '../../shared/clock.ts'
import { CLOSE } from '../../shared/protocol/errors.ts'
import { HEARTBEAT_MS, HELLO_WITHIN_MS } from '../../shared/protocol/limits.ts'
import type { ClassroomAudience } from '../classroom/classroom-logs.ts'
import { encodeClassroomFrame } from './classroom-channel.ts'
import type { ClassroomHub } from './classroom-hub.ts'
import { BUFFERED_BYTES_MAX, type Connection, type Socket } from './connection.ts'

/*
 * One socket of a classroom, which only tells:
 *
 *   open ── hello ──▶ welcomed ── live ⇄ behind (see the channel) ──▶ closed
 *     │                  ├── a frame that is none: 4400
 *     │                  ├── no answer to a ping by the next one: 4408
 *     │                  ├── no longer staff, or signed out: 4401
 *     │                  └── the store is away: 1013
 *     ├── nothing within 10 s: 4408
 *     └── another version: 4426
 */

/** Of students nothing is known but that somebody listens. */
export type ClassroomVisitor = { audience: 'room' } | { audience: 'staff'; userId: string }

export interface ClassroomConnection extends Connection {
  /** Closes it: whoever listens may not, any more. */
  end(): void
}

export function createClassroomConnection(options: {
  classroomId: string
  visitor: ClassroomVisitor
  socket: Socket
  hub: Pick<ClassroomHub, 'join' | 'come' | 'countDevices'>
  clock: Clock
  onError: (error: unknown) => void
  onClosed: () => void
}): ClassroomConnection {
  const { classroomId, visitor, socket, hub, clock } = options
  const audience: ClassroomAudience = visitor.audience
  let isClosed = false
  let isGreeted = false
  /** What `welcome` told. */
  let epoch: string | undefined
  let hasAnswered = true
  let cancelTimer = clock.after(HELLO_WITHIN_MS, () => close(CLOSE.silent, 'no hello'))
  let leave: () => void = () => undefined

  const place = hub.join(classroomId, audience, {
    isFull: () => socket.bufferedBytes() > BUFFERED_BYTES_MAX,
    send: (frame) => {
      if (!isClosed) socket.send(frame)
    },
    mayHear: (rows) => {
      if (!isRemoved(visitor, rows)) return true
      end()
      return false
    },
  })

  function end(): void {
    close(CLOSE.notSignedIn, 'not staff here, or signed out')
  }

  function close(code: number, reason: string): void {
    if (isClosed) return
    onClosed()
    socket.close(code, reason)
  }

  function onClosed(): void {
    if (isClosed) return
    isClosed = true
    cancelTimer()
    place.remove()
    leave()
    options.onClosed()
  }

  function beat(): void {
    if (!hasAnswered) return close(CLOSE.silent, 'no answer to a ping')
    hasAnswered = false
    place.ping()
    cancelTimer = clock.after(HEARTBEAT_MS, beat)
  }

  function onStoreAway(error: unknown): void {
    options.onError(error)
    close(CLOSE.tryAgainLater, 'the store is away')
  }

  /** A cursor belongs to the epoch of the page that was pulled last; with another one since, the socket begins anew. */
  function resume(cursor: number): void {
    place.find().then((log) => {
      if (log.epoch === epoch) place.resume(epoch, cursor)
      else close(CLOSE.tryAgainLater, 'another epoch')
    }, onStoreAway)
  }

  function greet(clientEpoch: string, cursor: number): void {
    isGreeted = true
    cancelTimer()
    cancelTimer = clock.after(HEARTBEAT_MS, beat)
    if (audience === 'room') leave = hub.come(classroomId)
    place.find().then((log) => {
      if (isClosed) return
      epoch = log.epoch
      const devices = hub.countDevices(classroomId)
      const about = { protocol: CLASSROOM_VERSION, ...log, heartbeatMs: HEARTBEAT_MS, devices }
      socket.send(encodeClassroomFrame({ type: 'welcome', ...about }))
      place.resume(clientEpoch, cursor)
    }, onStoreAway)
  }

  return {
    end,
    onClosed,
    onMessage(text) {
      if (isClosed) return
      const content = parse(text)
      // A hello of another version may have another shape, so its version is looked at first.
      if (!isGreeted && v.is(anyHello, content) && content.protocol !== CLASSROOM_VERSION) {
        return close(CLOSE.protocolVersion, `speak version ${CLASSROOM_VERSION}`)
      }
      const parsed = v.safeParse(classroomUpFrame, content)
      if (!parsed.success) return close(CLOSE.badFrame, 'not a frame of a classroom')
      const frame = parsed.output
      if (isGreeted === (frame.type === 'hello')) return close(CLOSE.badFrame, 'the first frame is hello, and no other')
      switch (frame.type) {
        case 'hello':
          return greet(frame.epoch, frame.cursor)
        case 'resume':
          return resume(frame.cursor)
        case 'pong':
          hasAnswered = true
      }
    },
  }
}

/** Whether these rows say that whoever listens is not staff any more. */
function isRemoved(visitor: ClassroomVisitor, rows: readonly ClassroomLogRow[]): boolean {
  if (visitor.audience === 'room') return false
  return rows.some((row) => row.type === 'staff' && row.userId === visitor.userId && row.removed)
}

const anyHello = v.object({ type: v.literal('hello'), protocol: v.number() })

/** Undefined when it is no JSON. */
function parse(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return undefined
  }
}
