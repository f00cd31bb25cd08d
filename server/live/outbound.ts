import type { Duplex } from 'node:stream'
import type { WebSocket } from 'ws'

/** Some milliseconds' work: so long others wait, who are answered, or whose commands come meanwhile. */
const WRITES_MAX = 256

/** Of all who have nothing to send. Nobody adds to it. */
const NOTHING: Buffer[] = []

/** A socket, and what is to leave over it. */
export interface Outgoing {
  readonly socket: WebSocket
  readonly stream: Duplex
  frames: Buffer[]
  bytes: number
  isHurried: boolean
}

export function createOutgoing(socket: WebSocket, stream: Duplex): Outgoing {
  return { socket, stream, frames: NOTHING, bytes: 0, isHurried: false }
}

/**
 * What is sent to a socket before its turn comes leaves as one piece, with one call of the system: the answers of a batch, or
 * a burst of messages. A corked stream does so as well, and takes twice the time for it.
 *
 *     sockets with answers ──▶ all of them ───┐
 *                                             ├─▶ one turn of the event loop, then the next
 *     all others           ──▶ the first 256 ─┘
 *
 * A call for each of thousands takes longer than a commit. So others go on between two turns, and who has not been told by
 * then is told what comes meanwhile with the same call.
 */
export function createOutbound() {
  let hurried: Outgoing[] = []
  let waiting: Outgoing[] = []
  let isScheduled = false

  function write(one: Outgoing, join = createJoin()): void {
    const { socket, stream, frames } = one
    if (frames.length === 0) return
    one.frames = NOTHING
    one.bytes = 0
    one.isHurried = false
    // As ws does it, to which the stream belongs: nothing is sent behind the frame that closes.
    if (socket.readyState === socket.OPEN) stream.write(join(frames))
  }

  function writeFirst(most: number): void {
    const join = createJoin()
    for (const one of hurried) write(one, join)
    // What became hurried, or was closed, since it began to wait has nothing left to write.
    for (const one of waiting.slice(0, most)) write(one, join)
    hurried = []
    waiting = waiting.slice(most)
    if (waiting.length > 0) schedule()
  }

  function schedule(): void {
    if (isScheduled) return
    isScheduled = true
    setImmediate(() => {
      isScheduled = false
      writeFirst(WRITES_MAX)
    })
  }

  return {
    add(one: Outgoing, frame: Buffer, isAnswer: boolean): void {
      schedule()
      if (isAnswer && !one.isHurried) {
        one.isHurried = true
        hurried.push(one)
      } else if (one.frames.length === 0) waiting.push(one)
      if (one.frames === NOTHING) one.frames = [frame]
      else one.frames.push(frame)
      one.bytes += frame.length
    },
    /** Whatever others write behind it, such as a frame that closes, has to come after it. */
    write,
    writeAll: () => writeFirst(Infinity),
  }
}

type Join = (frames: readonly Buffer[]) => Buffer

/** Joins frames to one buffer; where the next one is sent the same, as thousands are of a burst, to the same one. */
function createJoin(): Join {
  let last: { frames: readonly Buffer[]; joined: Buffer } | undefined
  return (frames) => {
    const [first] = frames
    if (first !== undefined && frames.length === 1) return first
    if (last?.frames.length === frames.length && frames.every((frame, index) => frame === last?.frames[index])) {
      return last.joined
    }
    last = { frames, joined: Buffer.concat(frames) }
    return last.joined
  }
}
