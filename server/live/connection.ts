import * as v from 'valibot'
import type { Clock } from '../../shared/clock.ts'
import { CLOSE } from '../../shared/protocol/errors.ts'
import { COMMANDS_IN_FLIGHT_MAX, HEARTBEAT_MS, HELLO_WITHIN_MS } from '../../shared/protocol/limits.ts'
import type { CommandResult } from '../../shared/protocol/results.ts'
import { type UpFrame, upFrame } from '../../shared/protocol/up.ts'
import { PROTOCOL_VERSION } from '../../shared/protocol/version.ts'
import { unreachable } from '../../shared/unreachable.ts'
import { StoreUnavailable } from '../log/sequencer.ts'
import { encode } from './frames.ts'
import type { Hub, Subscriber, Subscription } from './hub.ts'
import type { Attended } from './signals.ts'

/*
 * One socket, from its first frame to its close:
 *
 *   open ── hello ──▶ greeted ── live ⇄ behind (see the hub) ──▶ closed
 *     │                  ├── a frame that is none: 4400
 *     │                  ├── no answer to a ping by the next one: 4408
 *     │                  ├── more than 200 commands unanswered: 4429
 *     │                  ├── the session was ended: 4401
 *     │                  └── the store is away: 1013
 *     ├── nothing within 10 s: 4408
 *     └── another protocol version: 4426
 *
 * Commands are taken in both states. Once a socket is closing nothing more is taken from it: a
 * command behind one that was lost must not overtake it.
 */

/** What a connection needs of its socket, so that tests and the simulation can stand in for one. */
export interface Socket {
  send(frame: Buffer): void
  close(code: number, reason: string): void
  /** Bytes handed over and not yet sent. */
  bufferedBytes(): number
}

export interface Connection {
  onMessage(text: string): void
  onClosed(): void
}

export interface ConnectionOptions {
  userId: string
  sessionId: string
  socket: Socket
  hub: Pick<Hub, 'log' | 'subscribe' | 'attend' | 'epoch' | 'position'>
  clock: Clock
  submit: (userId: string, commands: readonly { id: string }[]) => Promise<CommandResult[]>
  /** The device holds everything up to this position. */
  onAcknowledged: (sessionId: string, cursor: number) => void
  onError: (error: unknown) => void
}

/** Beyond so much unsent, a socket is put behind rather than fed. */
export const BUFFERED_BYTES_MAX = 1024 * 1024

export function createConnection(options: ConnectionOptions): Connection {
  const { userId, sessionId, socket, clock } = options
  let closed = false
  /** Undefined until hello. */
  let attended: Attended | undefined
  let answered = true
  let inFlight = 0
  let cancelTimer = clock.after(HELLO_WITHIN_MS, () => close(CLOSE.silent, 'no hello'))

  const subscriber: Subscriber = {
    userId,
    sessionId,
    isFull: () => socket.bufferedBytes() > BUFFERED_BYTES_MAX,
    send: (frame) => {
      if (!closed) socket.send(frame)
    },
    end: () => close(CLOSE.notSignedIn, 'session ended'),
  }
  const subscription: Subscription | undefined = options.hub.subscribe(subscriber)
  if (subscription === undefined) close(CLOSE.tooMany, 'too many sockets of one session')

  function close(code: number, reason: string): void {
    if (closed) return
    onClosed()
    socket.close(code, reason)
  }

  function onClosed(): void {
    closed = true
    cancelTimer()
    subscription?.remove()
    attended?.leave()
  }

  function beat(): void {
    if (!answered) return close(CLOSE.silent, 'no answer to a ping')
    answered = false
    subscription?.ping()
    cancelTimer = clock.after(HEARTBEAT_MS, beat)
  }

  function resume(epoch: string, cursor: number): void {
    subscription?.resume(epoch, cursor).catch(onStoreAway)
  }

  function look(frame: Extract<UpFrame, { type: 'typing' | 'watch' }>): void {
    attended?.take(frame).then((refused) => {
      if (refused !== undefined && !closed) socket.send(encode({ type: 'denied', frame: frame.type, ...refused }))
    }, onStoreAway)
  }

  function onStoreAway(error: unknown): void {
    options.onError(error)
    close(CLOSE.tryAgainLater, 'the store is away')
  }

  function take(command: { id: string }): void {
    inFlight += 1
    if (inFlight > COMMANDS_IN_FLIGHT_MAX) return close(CLOSE.tooMany, 'too many unanswered commands')
    options.submit(userId, [command]).then(
      ([result]) => {
        inFlight -= 1
        if (result !== undefined && !closed) socket.send(encode({ type: 'result', result }))
      },
      (error: unknown) => {
        if (!(error instanceof StoreUnavailable)) options.onError(error)
        close(CLOSE.tryAgainLater, 'the store is away')
      },
    )
  }

  return {
    onClosed,
    onMessage(text) {
      if (closed) return
      const content = parse(text)
      // A hello of another version may have another shape, so its version is looked at first.
      if (attended === undefined && v.is(anyHello, content) && content.protocol !== PROTOCOL_VERSION)
        return close(CLOSE.protocolVersion, `speak version ${PROTOCOL_VERSION}`)
      const parsed = v.safeParse(upFrame, content)
      if (!parsed.success) return close(CLOSE.badFrame, 'not a frame of this protocol')
      const frame = parsed.output
      if (attended === undefined && frame.type !== 'hello') return close(CLOSE.badFrame, 'the first frame is hello')
      if ('log' in frame && frame.log !== options.hub.log) return close(CLOSE.badFrame, 'there is no such log')
      switch (frame.type) {
        case 'hello':
          if (attended !== undefined) return close(CLOSE.badFrame, 'hello comes once')
          if (frame.account !== userId) return close(CLOSE.notSignedIn, 'the session is of another account')
          attended = options.hub.attend(subscriber)
          cancelTimer()
          cancelTimer = clock.after(HEARTBEAT_MS, beat)
          socket.send(
            encode({
              type: 'welcome',
              protocol: PROTOCOL_VERSION,
              epoch: options.hub.epoch,
              heartbeatMs: HEARTBEAT_MS,
            }),
          )
          return resume(frame.epoch, frame.cursor)
        case 'resume':
          return resume(frame.epoch, frame.cursor)
        case 'command':
          return take(frame.command)
        case 'pong':
          answered = true
          // Nobody can have what the log does not have yet.
          return options.onAcknowledged(sessionId, Math.min(frame.cursor, options.hub.position))
        case 'typing':
        case 'watch':
          return look(frame)
        case 'probe':
          return subscription?.ping()
        default:
          return unreachable(frame)
      }
    },
  }
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
