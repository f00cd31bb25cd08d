import * as v from 'valibot'
import { classroomDownFrame, type ClassroomDownFrame, type ClassroomUpFrame } from '../../../shared/classroom/frames.ts'
import { CLASSROOM_VERSION } from '../../../shared/classroom/version.ts'
import { CLOSE } from '../../../shared/protocol/errors.ts'
import { unreachable } from '../../../shared/unreachable.ts'
import type { ClientSocket, Environment } from '../environment.ts'
import { singleFlight } from '../single-flight.ts'
import { applyChanges, type RoomChange } from './apply.ts'
import { getPosition } from './database.ts'
import { pullAll, type PullOptions, type RoomEnding } from './exchange.ts'

/*
 * One socket of a classroom, from its opening to its end. It only tells:
 *
 *   connecting ── welcome ──▶ greeted ──▶ live (all is here up to the head) ◀──┐
 *        │                       │          │ behind, a gap in the rows, or    │ resume
 *        │                       │          ▼ a ping from further ahead        │
 *        │                       └──────▶ behind ────────── pull ──────────────┘
 *        └── closed, or silent for too long: ended; whoever runs it tries again
 */

export type SessionEnding = RoomEnding | 'closed'

export interface RoomSession {
  ended: Promise<{ why: SessionEnding; greeted: boolean }>
  /** Ends the session at once when the server should have been heard by now. */
  probe(): void
  close(): void
}

export interface SessionOptions extends PullOptions {
  environment: Pick<Environment, 'clock' | 'openSocket'>
  /** Called when all is here up to the head, each time that it is so again. */
  onLive(): Promise<void>
  /** Looks at what was applied, and says how the session ends, if it does. */
  afterApply(): Promise<SessionEnding | undefined>
  onError(error: unknown): void
}

const OPEN_WITHIN_MS = 10_000
/** A server that is there is heard twice within this. */
const SILENT_BEATS = 2.4

type Piece =
  | { kind: 'rows'; from: number; to: number; rows: RoomChange['rows'] }
  | { kind: 'greeting' }
  | { kind: 'check' }
  | { kind: 'catch-up' }

export function createRoomSession(options: SessionOptions): RoomSession {
  const { db, log } = options
  const { clock } = options.environment
  const pieces: Piece[] = []
  let greeted = false
  let over = false
  let epoch = ''
  let restoring = false
  let head = 0
  let deadline = Infinity
  let silenceMs = OPEN_WITHIN_MS
  let cancelTimer: () => void = () => undefined
  let end: (ending: Awaited<RoomSession['ended']>) => void = () => undefined
  const ended: RoomSession['ended'] = new Promise((resolve) => (end = resolve))
  const work = singleFlight(takePieces, fail)
  let socket: ClientSocket | undefined
  open()

  function open(): void {
    expectSomething()
    try {
      socket = options.environment.openSocket(
        { onOpen: () => void greet().catch(fail), onText, onClose: (code) => finish(endingOf(code)) },
        log.socketPath,
      )
    } catch (error) {
      fail(error)
    }
  }

  const isOver = () => over

  function finish(why: SessionEnding): void {
    if (over) return
    over = true
    cancelTimer()
    socket?.close()
    end({ why, greeted })
  }

  function fail(error: unknown): void {
    options.onError(error)
    finish('closed')
  }

  function send(frame: ClassroomUpFrame): void {
    if (!over) socket?.send(JSON.stringify(frame))
  }

  function expectSomething(): void {
    cancelTimer()
    if (over) return
    deadline = clock.now() + silenceMs
    cancelTimer = clock.after(silenceMs, () => finish('closed'))
  }

  async function greet(): Promise<void> {
    const position = await getPosition(db)
    epoch = position.epoch
    restoring = position.restoring
    send({ type: 'hello', protocol: CLASSROOM_VERSION, epoch, cursor: position.cursor })
  }

  function onText(text: string): void {
    if (over) return
    const frame = parse(text)
    if (frame === undefined) return finish('closed')
    switch (frame.type) {
      case 'welcome':
        greeted = true
        silenceMs = frame.heartbeatMs * SILENT_BEATS
        head = frame.head
        noteDevices(frame.devices)
        add({ kind: epoch === frame.epoch && !restoring ? 'greeting' : 'catch-up' })
        break
      case 'rows':
        head = Math.max(head, frame.to)
        add({ kind: 'rows', from: frame.from, to: frame.to, rows: frame.rows })
        break
      case 'behind':
        add({ kind: 'catch-up' })
        break
      case 'ping':
        send({ type: 'pong' })
        noteDevices(frame.devices)
        head = Math.max(head, frame.head)
        add({ kind: 'check' })
        break
      default:
        return unreachable(frame)
    }
    expectSomething()
  }

  function noteDevices(devices: number): void {
    options.onDevices(devices).catch(fail)
  }

  function add(piece: Piece): void {
    pieces.push(piece)
    work()
  }

  async function takePieces(): Promise<void> {
    while (pieces.length > 0 && !over) {
      const taken = pieces.splice(0)
      if (await mustCatchUp(taken)) {
        const ending = await pullAll(options, { isOver })
        if (ending !== 'done') return finish(ending)
        const position = await getPosition(db)
        epoch = position.epoch
        send({ type: 'resume', cursor: position.cursor })
      }
      const ending = await options.afterApply()
      if (ending !== undefined) return finish(ending)
      if (isOver()) return
      if ((await getPosition(db)).cursor >= head) await options.onLive()
    }
  }

  /** Applies rows, those that are here already left out; returns whether something is still missing. */
  async function mustCatchUp(taken: readonly Piece[]): Promise<boolean> {
    const { cursor } = await getPosition(db)
    const changes = taken.flatMap((piece) => (piece.kind === 'rows' && piece.to > cursor ? [{ ...piece, epoch }] : []))
    if (changes.length > 0 && (await applyChanges(db, changes)) === 'gap') return true
    if (taken.some(({ kind }) => kind === 'catch-up')) return true
    // Rows told before a ping came before it: what is missing then was lost.
    return taken.some(({ kind }) => kind === 'check') && (await getPosition(db)).cursor < head
  }

  return {
    ended,
    probe() {
      if (greeted && clock.now() >= deadline) finish('closed')
    },
    close: () => finish('closed'),
  }
}

/** Why it is refused, the pull says in words; here it is only that no socket will do. */
function endingOf(code: number): SessionEnding {
  return code === CLOSE.protocolVersion ? 'protocol' : 'closed'
}

function parse(text: string): ClassroomDownFrame | undefined {
  try {
    const parsed = v.safeParse(classroomDownFrame, JSON.parse(text))
    return parsed.success ? parsed.output : undefined
  } catch {
    return undefined
  }
}
