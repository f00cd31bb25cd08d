import * as v from 'valibot'
import type { Clock } from '../../shared/clock.ts'
import { CLOSE } from '../../shared/protocol/errors.ts'
import {
  COMMANDS_IN_FLIGHT_MAX,
  HEARTBEAT_MS,
  HELLO_WITHIN_MS,
  SHORT_HEARTBEAT_MS,
} from '../../shared/protocol/limits.ts'
import { unreachable } from '../../shared/unreachable.ts'
import { StoreUnavailable } from '../log/group-commit.ts'
import type { KindTypes } from '../log/kind.ts'
import type { LogPosition } from '../log/lineage.ts'
import type { FrameWriter } from './frames.ts'
import type { Follower, Following, Hub } from './hub.ts'

/*
 * One socket, from its first frame to its close, whichever log it is of:
 *
 *   open ── hello ──▶ greeted ── live ⇄ behind (see the hub) ──▶ closed
 *     │                  ├── a frame that is none: 4400
 *     │                  ├── no answer to a ping by the next sign of life: 4408
 *     │                  ├── more than 200 commands unanswered: 4429
 *     │                  ├── the session was ended, or the right to be here: 4401
 *     │                  ├── the account was suspended: 4423
 *     │                  ├── the log was deleted: 4400
 *     │                  └── the store is away: 1013
 *     ├── nothing within 10 s: 4408
 *     └── another protocol version: 4426
 *
 * Commands are taken in both states. Once a socket is closing nothing more is taken from it: a
 * command behind one that was lost must not overtake it.
 */

/** What a connection needs of its socket, so that tests and the simulation can stand in for one. */
export interface Socket {
  /** An answer need not wait until thousands are told something. */
  send(frame: Buffer, isAnswer?: boolean): void
  close(code: number, reason: string): void
  /** Bytes handed over and not yet sent. */
  bufferedBytes(): number
}

export interface Connection {
  /** A text, or what a binary message holds. */
  onMessage(content: string | Uint8Array): void
  onClosed(): void
  /** Closes it: whoever is at the other end may not be here any more. */
  end(why?: 'no right' | 'suspended'): void
}

/** A frame of a client's. `extra` is what only one kind of log has. */
export type UpFrame<Extra> =
  | { type: 'hello'; account: string | null; log: string; from: ClientPosition }
  | { type: 'resume'; log: string; from: ClientPosition }
  | { type: 'pong'; cursor: number | null }
  | { type: 'probe' }
  | { type: 'command'; command: { id: string } }
  | { type: 'extra'; frame: Extra }

/** `epoch` is of clients without lineages: one of another epoch has to pull. */
export interface ClientPosition extends LogPosition {
  epoch: string
}

/** What the two ends of a socket say to each other, in one version of a kind's contract. */
export interface SocketContract<Row, Extra> {
  readonly version: number
  readonly writer: FrameWriter<Row>
  readonly heartbeat: Heartbeat
  /** A frame that is none of the writer's. */
  encode(frame: object): Buffer
  /** What a binary message says, as if it had come as JSON. Throws for what is no frame; left out where there are none. */
  unpack?(bytes: Uint8Array): unknown
  /** Undefined for what is no frame. */
  parse(content: unknown): UpFrame<Extra> | undefined
}

/** How a socket on which nothing happens is kept open, and a dead one found. */
export interface Heartbeat {
  /** After so long without another word the client is given a sign of life. */
  everyMs: number
  /** It is to be answered when nothing was heard of the client for so long; whether it was is looked at with the next one. */
  answeredAfterMs: number
}

/** Every second one is answered: nobody needs to know any sooner that a device is gone, and it sleeps the longer. */
export const LONG_HEARTBEAT: Heartbeat = { everyMs: HEARTBEAT_MS, answeredAfterMs: 1.5 * HEARTBEAT_MS }
export const SHORT_HEARTBEAT: Heartbeat = { everyMs: SHORT_HEARTBEAT_MS, answeredAfterMs: 0 }

/** Whoever is at the other end, as the door let them in. */
export interface Visitor<Types extends KindTypes, Extra> {
  readonly reader: Types['reader']
  /** Whether the account that `hello` names is the one whose session this is. */
  isAccount(account: string | null): boolean
  /** Does one command of a device that stands there, and resolves with the frame that answers it. Throws `StoreUnavailable`. */
  submit(command: { id: string }, from: LogPosition): Promise<object | 'lineage_ended'>
  /** The device holds everything up to this position. */
  onAcknowledged(cursor: number): void
  /** They said hello; from here on they are there. */
  attend(follower: Follower<Types>): Attendance<Extra>
  onClosed(): void
}

/** What one kind of log has besides following it, from hello to the close. */
export interface Attendance<Extra> {
  /** Resolves with the frame that answers, if one does. Throws when the store is away. */
  take(frame: Extra): Promise<Buffer | undefined>
  leave(): void
}

/** Beyond so much unsent, a socket is put behind rather than fed. */
export const BUFFERED_BYTES_MAX = 1024 * 1024

export function createConnection<Types extends KindTypes, Extra>(options: {
  visitor: Visitor<Types, Extra>
  /** In each version that is spoken, the newest first. */
  contracts: readonly [SocketContract<Types['row'], Extra>, ...SocketContract<Types['row'], Extra>[]]
  hub: Pick<Hub<Types>, 'log' | 'follow' | 'findPosition' | 'position' | 'knows'>
  socket: Socket
  clock: Clock
  onError: (error: unknown) => void
}): Connection {
  const { visitor, contracts, hub, socket, clock } = options
  let closed = false
  let contract = contracts[0]
  /** Undefined until hello. */
  let attendance: Attendance<Extra> | undefined
  let following: Following | undefined
  /** Where the client said last that it stands. */
  let stands: LogPosition = { lineage: '', cursor: 0 }
  /** Up to where the client said last that it holds everything. */
  let acknowledged: number | undefined
  let heardAt = clock.now()
  let saidAt = heardAt
  /** Since when an answer is awaited. */
  let askedAt: number | undefined
  let inFlight = 0
  let cancelTimer = clock.after(HELLO_WITHIN_MS, () => close(CLOSE.silent, 'no hello'))

  function close(code: number, reason: string): void {
    if (closed) return
    onClosed()
    socket.close(code, reason)
  }

  function onClosed(): void {
    if (closed) return
    closed = true
    cancelTimer()
    following?.remove()
    attendance?.leave()
    visitor.onClosed()
  }

  function end(why: 'suspended' | Parameters<Follower<Types>['end']>[0] = 'no right'): void {
    if (why === 'no log') close(CLOSE.badFrame, 'there is no such log any more')
    else if (why === 'suspended') close(CLOSE.suspended, 'the account is suspended')
    else close(CLOSE.notSignedIn, 'the session, or the right to be here, was ended')
  }

  function send(frame: Buffer, isAnswer = false): void {
    if (closed) return
    saidAt = clock.now()
    socket.send(frame, isAnswer)
  }

  function beat(): void {
    const { everyMs, answeredAfterMs } = contract.heartbeat
    const now = clock.now()
    if (askedAt !== undefined) return close(CLOSE.silent, 'no answer to a ping')
    if (now - heardAt >= answeredAfterMs) {
      askedAt = now
      following?.ping(true)
    } else if (now - saidAt >= everyMs) following?.ping(false)
    beatLater()
  }

  /** What is said meanwhile is a sign of life as well. */
  function beatLater(): void {
    const { everyMs } = contract.heartbeat
    // Whoever was asked has all of that time.
    cancelTimer = clock.after(Math.max(1, (askedAt ?? saidAt) + everyMs - clock.now()), beat)
  }

  function greet(from: ClientPosition): void {
    const follower: Follower<Types> = {
      reader: visitor.reader,
      writer: contract.writer,
      isFull: () => socket.bufferedBytes() > BUFFERED_BYTES_MAX,
      send: (frame) => send(frame),
      end,
    }
    following = hub.follow(follower)
    attendance = visitor.attend(follower)
    cancelTimer()
    saidAt = clock.now()
    beatLater()
    hub
      .findPosition()
      .then((position) => {
        send(contract.writer.welcome(position, hub.knows(from)))
        return resume(from)
      })
      .catch(onStoreAway)
  }

  async function resume({ epoch, ...from }: ClientPosition): Promise<void> {
    stands = from
    const isOtherEpoch = epoch !== '' && epoch !== hub.position.epoch
    // Nobody has to wait for the first pong to see that this device is up to date.
    if (!isOtherEpoch && from.cursor > 0 && from.lineage === hub.position.lineage.id) acknowledge(from.cursor)
    // At 0 it pulls afresh.
    await following?.resume(isOtherEpoch ? { ...from, cursor: 0 } : from)
  }

  function acknowledge(cursor: number): void {
    // Nobody can have what the log does not have yet.
    acknowledged = Math.min(cursor, hub.position.head)
    visitor.onAcknowledged(acknowledged)
  }

  function onStoreAway(error: unknown): void {
    if (!(error instanceof StoreUnavailable)) options.onError(error)
    close(CLOSE.tryAgainLater, 'the store is away')
  }

  function take(command: { id: string }): void {
    inFlight += 1
    if (inFlight > COMMANDS_IN_FLIGHT_MAX) return close(CLOSE.tooMany, 'too many unanswered commands')
    visitor.submit(command, following?.position ?? stands).then((result) => {
      inFlight -= 1
      // What the log lost of this client's has to go first, and only a pull tells what that is.
      if (result === 'lineage_ended') close(CLOSE.tryAgainLater, 'the log went back in time')
      else send(contract.encode(result), true)
    }, onStoreAway)
  }

  /** Undefined when it is no JSON, nor what the version has in its place. */
  function read(message: string | Uint8Array): unknown {
    try {
      return typeof message === 'string' ? JSON.parse(message) : contract.unpack?.(message)
    } catch {
      return undefined
    }
  }

  return {
    end,
    onClosed,
    onMessage(message) {
      if (closed) return
      heardAt = clock.now()
      const content = read(message)
      if (attendance === undefined && v.is(anyHello, content)) {
        // A hello of another version may have another shape, so its version is looked at first.
        const spoken = contracts.find(({ version }) => version === content.protocol)
        if (spoken === undefined) return close(CLOSE.protocolVersion, `speak version ${contract.version}`)
        contract = spoken
      }
      const frame = contract.parse(content)
      if (frame === undefined) return close(CLOSE.badFrame, 'not a frame of this protocol')
      if ((attendance === undefined) !== (frame.type === 'hello')) {
        return close(CLOSE.badFrame, 'the first frame is hello, and no other')
      }
      if ('log' in frame && frame.log !== hub.log) return close(CLOSE.badFrame, 'there is no such log')
      switch (frame.type) {
        case 'hello':
          if (visitor.isAccount(frame.account)) return greet(frame.from)
          return close(CLOSE.notSignedIn, 'the session is of another account')
        case 'resume':
          return void resume(frame.from).catch(onStoreAway)
        case 'command':
          return take(frame.command)
        case 'pong':
          askedAt = undefined
          // One that says nothing stands where it stood before.
          if (frame.cursor !== null) acknowledge(frame.cursor)
          else if (acknowledged !== undefined) acknowledge(acknowledged)
          return
        case 'probe':
          return following?.ping(false)
        case 'extra':
          attendance?.take(frame.frame).then((answer) => {
            if (answer !== undefined) send(answer, true)
          }, onStoreAway)
          return
        default:
          return unreachable(frame)
      }
    },
  }
}

const anyHello = v.object({ type: v.literal('hello'), protocol: v.number() })
