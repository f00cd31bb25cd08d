import type { Command } from '../commands.ts'
import type { DownFrame } from '../down.ts'
import type { UpFrame } from '../up.ts'
import { createIn, createOut, type In, Malformed } from './bytes.ts'
import * as c from './columns.ts'
import { COMMANDS_FORM, readCommands, writeCommand } from './commands.ts'
import { KNOWN_IDS, rows } from './rows.ts'

/*
 * The frames that travel most, as bytes, since version 5: one that tells which it is, and what is in it. All others are
 * JSON, in a text message; each end takes both forms of every frame, and tells them apart by the kind of message.
 *
 * A frame down says up to where it tells, and not from where: frames of one socket come in order, so it begins where the one
 * before ended, and the first at the cursor that `live` names. So it is the same for all who hear the same, wherever
 * each of them stood. Nor does it name the lineage: `live` does, and `lineage` where another one begins.
 */

const [ROWS, PING, BEAT, ACCEPTED] = [1, 2, 3, 4]
const [COMMAND, PONG] = [1, 2]

const id = c.idOf('command')

/** For the fingerprint of a version. */
export const PACKED_FORMS = {
  ...{ known: KNOWN_IDS, rows: rows.form, commands: COMMANDS_FORM, id: id.form },
  ...{ down: { ROWS, PING, BEAT, ACCEPTED }, up: { COMMAND, PONG } },
}

/** `packed` are rows, as `packRows` wrote them. */
export function packRowsFrame(to: number, packed: readonly Uint8Array[]): Uint8Array {
  const out = createOut(KNOWN_IDS)
  out.number(ROWS)
  out.number(to)
  packed.forEach(out.bytes)
  return out.take()
}

/** `step` is how far the receiver moves on, over what is not for it. */
export function packBeat(type: 'ping' | 'beat', step: number): Uint8Array {
  const out = createOut(KNOWN_IDS)
  out.number(type === 'ping' ? PING : BEAT)
  if (step > 0) out.number(step)
  return out.take()
}

/** Undefined for a frame that is JSON. */
export function packDown(frame: DownFrame): Uint8Array | undefined {
  if (frame.type !== 'result' || frame.result.status !== 'accepted') return undefined
  return packed((out) => {
    out.number(ACCEPTED)
    out.number(frame.result.status === 'accepted' ? frame.result.seq : 0)
    id.write([frame.result.id], out, [])
  })
}

/** Undefined for a frame that is JSON, as is a command with something in it that has no place in its table. */
export function packUp(frame: UpFrame): Uint8Array | undefined {
  if (frame.type === 'command') {
    return packed((out) => {
      out.number(COMMAND)
      writeCommand(frame.command, out)
    })
  }
  if (frame.type !== 'pong') return undefined
  return packed((out) => {
    out.number(PONG)
    if (frame.cursor !== undefined) out.number(frame.cursor)
  })
}

function packed(write: (out: ReturnType<typeof createOut>) => void): Uint8Array | undefined {
  const out = createOut(KNOWN_IDS)
  try {
    write(out)
  } catch {
    // What an older version of the app queued may be of another form.
    return undefined
  }
  return out.take()
}

/** The frame that a client packed, unchecked but for its form. Throws `Malformed`. */
export function unpackUp(bytes: Uint8Array): { type: 'command'; command: Command } | { type: 'pong'; cursor?: number } {
  const from = createIn(bytes, KNOWN_IDS)
  const type = from.number()
  const frame = type === COMMAND ? readCommand(from) : type === PONG ? readPong(from) : undefined
  if (frame === undefined || !from.isAtEnd()) throw new Malformed('a frame that there is none of')
  return frame
}

function readCommand(from: In): { type: 'command'; command: Command } | undefined {
  const [command] = readCommands(from)
  return command && { type: 'command', command }
}

function readPong(from: In): { type: 'pong'; cursor?: number } {
  return { type: 'pong', ...(!from.isAtEnd() && { cursor: from.number() }) }
}

export interface DownReader {
  /** The frame that a message of the server's is, unchecked but for its form. Throws `Malformed`, or what `JSON.parse` does. */
  read(content: string | Uint8Array): unknown
}

/** Reads what one socket brings, in order, and says of packed frames where they begin and in which lineage. */
export function createDownReader(log: string): DownReader {
  /** Undefined while the server sends no rows, or some were not understood. */
  let position: { lineage: string; cursor: number } | undefined

  function unpack(bytes: Uint8Array): object {
    const frame = createIn(bytes, KNOWN_IDS)
    switch (frame.number()) {
      case ROWS:
        return unpackFrame(frame)
      case PING:
        return { type: 'ping', log, ...move(frame) }
      case BEAT:
        return { type: 'beat', log, ...move(frame) }
      case ACCEPTED: {
        const seq = frame.number()
        const [command] = id.read(1, frame, [])
        return { type: 'result', result: { status: 'accepted', id: command, seq } }
      }
      default:
        throw new Malformed('a frame that there is none of')
    }
  }

  function unpackFrame(from: In): object {
    if (position === undefined) throw new Malformed('rows for whom none are sent')
    const { lineage, cursor } = position
    const to = from.number()
    if (to < cursor) throw new Malformed('rows of what was told before')
    const found = []
    while (!from.isAtEnd()) {
      from.forget()
      found.push(...rows.read(1, from, []).flat())
    }
    position = { lineage, cursor: to }
    return { type: 'rows', log, lineage, from: cursor, to, rows: found }
  }

  function move(from: In): { lineage: string; from: number | null; to: number | null } {
    const step = from.isAtEnd() ? 0 : from.number()
    if (position === undefined) return { lineage: '', from: null, to: null }
    const { lineage, cursor } = position
    position = { lineage, cursor: cursor + step }
    return { lineage, from: cursor, to: cursor + step }
  }

  function follow(frame: unknown): unknown {
    if (typeof frame !== 'object' || frame === null || !('type' in frame)) return frame
    if (frame.type === 'live' && 'from' in frame && 'lineage' in frame) {
      const { lineage, from } = frame
      if (typeof lineage === 'string' && typeof from === 'number') position = { lineage, cursor: from }
    } else if (frame.type === 'behind') position = undefined
    else if ('to' in frame && typeof frame.to === 'number') position &&= { ...position, cursor: frame.to }
    else if (frame.type === 'lineage' && 'lineage' in frame && typeof frame.lineage === 'string') {
      position &&= { ...position, lineage: frame.lineage }
    }
    return frame
  }

  return {
    read(content) {
      if (typeof content === 'string') return follow(JSON.parse(content))
      try {
        return unpack(content)
      } catch (error) {
        // What follows would seem to begin where this one did.
        position = undefined
        throw error
      }
    },
  }
}
