import * as v from 'valibot'
import { downFrame, type DownFrame } from '../../shared/protocol/down.ts'
import { CLOSE } from '../../shared/protocol/errors.ts'
import { SILENCE_MAX_MS } from '../../shared/protocol/limits.ts'
import type { Row } from '../../shared/protocol/rows.ts'
import type { CommandResult } from '../../shared/protocol/results.ts'
import type { UpFrame } from '../../shared/protocol/up.ts'
import { PROTOCOL_VERSION } from '../../shared/protocol/version.ts'
import { unreachable } from '../../shared/unreachable.ts'
import type { Api } from './api.ts'
import { applyChange } from './apply.ts'
import type { ClientSocket, Environment } from './environment.ts'
import { pullAll, type Ending, type Progress } from './exchange.ts'
import { listWaiting, settle } from './settle.ts'
import { singleFlight } from './single-flight.ts'
import type { ClientStore } from './tables.ts'
import { createWatching } from './watching.ts'

/*
 * One socket from its opening to its end, as the client sees it:
 *
 *   connecting ── welcome ──▶ greeted ──▶ live ◀────────────┐
 *        │                       │         │ behind, or a    │ resume, answered
 *        │                       │         ▼ gap in the rows │ with live
 *        │                       └──────▶ behind ── pull ────┘
 *        └── closed, or silent for too long: ended; whoever runs it tries again
 *
 * Work on the store is done one piece at a time, in the order in which frames arrived; frames that
 * arrived while a piece was being written are applied together. Commands go out as soon as the
 * server greeted, in the order of the outbox, and each once on this socket; what was not answered
 * when it ends goes out again on the next one.
 */

export type SocketEnding = Ending | 'closed'

export interface SocketSession {
  /** Resolves when the server greeted; never, when it does not. */
  greeted: Promise<void>
  /** Resolves when the socket is gone. */
  ended: Promise<{ why: SocketEnding; greeted: boolean }>
  /** Sends what the outbox holds and this socket has not sent yet. */
  flush(): void
  /** Asks for a sign of life, and ends the session when none comes within a few seconds. */
  probe(): void
  close(): void
}

export interface SocketSessionOptions {
  environment: Pick<Environment, 'clock' | 'openSocket'>
  store: ClientStore
  api: Api
  me: string
  log: string
  onLive(): void
  /** These came live, and are stored. */
  onRows(rows: readonly Row[]): void
  onProgress: Progress
  onError(error: unknown): void
}

const OPEN_WITHIN_MS = 10_000
const ANSWER_WITHIN_MS = 15_000
const PROBE_WITHIN_MS = 5_000
/** Commands unanswered at one time; the server closes at 200. */
const WINDOW = 100

type RowsPiece = { kind: 'rows'; from: number; to: number; rows: readonly Row[] }
type Piece = RowsPiece | { kind: 'result'; result: CommandResult } | { kind: 'catch-up' }

export function createSocketSession(options: SocketSessionOptions): SocketSession {
  const { store, me, log } = options
  const { clock } = options.environment
  const pieces: Piece[] = []
  /** Sent on this socket, and the outbox does not know the answer yet, by id. */
  const sent = new Set<string>()
  /** Those of them that the server has not answered. */
  const unanswered = new Set<string>()
  let greeted = false
  /** Not before the greeting, and after a restored backup not before the pull: what the server lost goes first. */
  let mayCommand = false
  let over = false
  let epoch = ''
  let cursor = 0
  let onGreeted: () => void = () => undefined
  const whenGreeted = new Promise<void>((resolve) => (onGreeted = resolve))
  let end: (ending: Awaited<SocketSession['ended']>) => void = () => undefined
  const ended: SocketSession['ended'] = new Promise((resolve) => (end = resolve))
  let deadline = Infinity
  let cancelTimer: () => void = () => undefined
  const watching = createWatching({ clock, store, send, onError: options.onError })
  const work = singleFlight(takePieces, fail)
  const flush = singleFlight(sendWaiting, fail)
  let socket: ClientSocket | undefined
  open()

  function open(): void {
    expectWithin(OPEN_WITHIN_MS)
    try {
      socket = options.environment.openSocket({
        onOpen: () => void greet().catch(fail),
        onText,
        onClose: (code) => finish(endingOf(code)),
      })
    } catch (error) {
      // Where a policy forbids sockets it is as on a network that lets none through.
      fail(error)
    }
  }

  function finish(why: SocketEnding): void {
    if (over) return
    over = true
    cancelTimer()
    watching.end()
    socket?.close()
    end({ why, greeted })
  }

  /** The device's own storage failed, or a bug threw: the next session starts from what is stored. */
  function fail(error: unknown): void {
    options.onError(error)
    finish('closed')
  }

  function send(frame: UpFrame): void {
    if (!over) socket?.send(JSON.stringify(frame))
  }

  /** Ends the session unless something arrives in time. */
  function expectWithin(ms: number): void {
    cancelTimer()
    if (over) return
    deadline = clock.now() + ms
    cancelTimer = clock.after(ms, () => finish('closed'))
  }

  async function greet(): Promise<void> {
    await lookUpPosition()
    send({ type: 'hello', protocol: PROTOCOL_VERSION, account: me, log, epoch, cursor })
  }

  async function lookUpPosition(): Promise<void> {
    const position = await store.transact((tables) => Promise.resolve(tables.getPosition()))
    epoch = position.epoch
    cursor = position.cursor
  }

  function onText(text: string): void {
    if (over) return
    const frame = parse(text)
    if (frame === undefined) return finish('closed')
    switch (frame.type) {
      case 'welcome':
        greeted = true
        onGreeted()
        mayCommand = epoch === '' || frame.epoch === epoch
        watching.begin()
        flush()
        break
      case 'live':
        options.onLive()
        break
      case 'behind':
        add({ kind: 'catch-up' })
        break
      case 'rows':
        add({ kind: 'rows', from: frame.from, to: frame.to, rows: frame.rows })
        break
      case 'ping':
        // Answered at once, also while a long catching up keeps the store busy.
        send({ type: 'pong', cursor })
        if (frame.from !== null && frame.to !== null) add({ kind: 'rows', from: frame.from, to: frame.to, rows: [] })
        break
      case 'result':
        unanswered.delete(frame.result.id)
        add({ kind: 'result', result: frame.result })
        break
      case 'typist':
      case 'presence':
      case 'denied':
        watching.onFrame(frame)
        break
      default:
        return unreachable(frame)
    }
    expectWithin(unanswered.size > 0 ? ANSWER_WITHIN_MS : SILENCE_MAX_MS)
  }

  function add(piece: Piece): void {
    pieces.push(piece)
    work()
  }

  async function takePieces(): Promise<void> {
    while (pieces.length > 0 && !over) {
      const taken = pieces.splice(0)
      const mustCatchUp = (await write(taken)) || taken.some((piece) => piece.kind === 'catch-up')
      if (taken.some((piece) => piece.kind === 'result')) flush()
      if (mustCatchUp && !(await catchUp())) return
    }
  }

  /** Applies rows and notes results in one transaction; returns whether there was a gap. */
  async function write(taken: readonly Piece[]): Promise<boolean> {
    const results = taken.flatMap((piece) => (piece.kind === 'result' ? [piece.result] : []))
    const frames = taken.filter((piece) => piece.kind === 'rows')
    if (results.length === 0 && frames.length === 0) return false
    const written = await store.transact(async (tables) => {
      let gap = false
      const rows: Row[] = []
      for (const change of joinRows(frames, (await tables.getPosition()).cursor)) {
        const outcome = await applyChange(tables, me, { epoch, next: null, ...change })
        if (outcome === 'gap') gap = true
        if (outcome === 'applied') rows.push(...change.rows)
      }
      await settle(tables, results)
      return { gap, rows, cursor: (await tables.getPosition()).cursor }
    })
    // Only now it is on the disk, for a pong to acknowledge; and until it is settled an entry waits, and would be
    // sent once more.
    cursor = written.cursor
    for (const { id } of results) sent.delete(id)
    watching.onRows(written.rows)
    options.onRows(written.rows)
    return written.gap
  }

  async function catchUp(): Promise<boolean> {
    const ending = await pullAll(options, { onProgress: options.onProgress, isOver: () => over })
    if (ending !== 'done') {
      finish(ending)
      return false
    }
    await lookUpPosition()
    send({ type: 'resume', log, epoch, cursor })
    mayCommand = true
    flush()
    return true
  }

  async function sendWaiting(): Promise<void> {
    if (!mayCommand || over) return
    const waiting = await store.transact((tables) => listWaiting(tables))
    for (const { id, command } of waiting) {
      if (unanswered.size >= WINDOW) return
      if (sent.has(id)) continue
      if (unanswered.size === 0) expectWithin(ANSWER_WITHIN_MS)
      unanswered.add(id)
      sent.add(id)
      send({ type: 'command', command })
    }
  }

  return {
    greeted: whenGreeted,
    ended,
    flush,
    probe() {
      // The first frame is hello; and who probes again and again must not put off the end by it.
      if (!greeted || deadline <= clock.now() + PROBE_WITHIN_MS) return
      send({ type: 'probe' })
      expectWithin(PROBE_WITHIN_MS)
    },
    close: () => finish('closed'),
  }
}

/**
 * Frames that follow on each other become one, so that a burst costs one transaction. Those that are
 * here already, because a pull was quicker, are left out first: joined with what follows they would
 * start before the cursor, and look like a gap.
 */
function joinRows(frames: readonly RowsPiece[], cursor: number): RowsPiece[] {
  const joined: RowsPiece[] = []
  for (const frame of frames) {
    if (frame.to <= cursor) continue
    const last = joined.at(-1)
    if (last?.to === frame.from) joined.splice(-1, 1, { ...last, to: frame.to, rows: [...last.rows, ...frame.rows] })
    else joined.push(frame)
  }
  return joined
}

function endingOf(code: number): SocketEnding {
  if (code === CLOSE.notSignedIn) return 'signed-out'
  return code === CLOSE.protocolVersion ? 'outdated' : 'closed'
}

function parse(text: string): DownFrame | undefined {
  try {
    const parsed = v.safeParse(downFrame, JSON.parse(text))
    return parsed.success ? parsed.output : undefined
  } catch {
    return undefined
  }
}
