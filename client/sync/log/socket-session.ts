import { CLOSE } from '../../../shared/protocol/errors.ts'
import { SHORT_HEARTBEAT_MS, SILENCE_GRACE_MS } from '../../../shared/protocol/limits.ts'
import { unreachable } from '../../../shared/unreachable.ts'
import type { ClientSocket, Environment } from '../environment.ts'
import { singleFlight } from '../single-flight.ts'
import { applyFrame } from './apply.ts'
import { forgetPosition } from './begin-anew.ts'
import { isContradiction, pullAll, type Part, type Progress } from './exchange.ts'
import type { Change, Ending, KindTypes } from './kind.ts'
import { NOWHERE, type DevicePosition } from './position.ts'
import type { DownFrame, LogSocket, SocketContract } from './socket-contract.ts'

/*
 * One socket from its opening to its end, as the client sees it, whichever log it is of:
 *
 *   connecting ── welcome ──▶ greeted ──▶ live ◀────────────┐
 *        │                       │         │ behind, or a    │ resume, answered
 *        │                       │         ▼ gap in the rows │ with live
 *        │                       └──────▶ behind ── pull ────┘
 *        └── closed, or silent for too long: ended; whoever runs it tries again
 *
 * Work on the store is done one piece at a time, in the order in which frames arrived; frames that
 * arrived while a piece was being written are applied together. Where commands go over the socket they
 * go out as soon as the server greeted, in the order of the outbox, and each once on this socket; what was
 * not answered when it ends goes out again on the next one. While the log is pulled afresh, because it went back
 * in time, none goes out: what it lost goes first.
 */

export type SocketEnding = Ending | 'closed'

export interface SocketSession {
  /** Resolves when the server greeted; never, when it does not. */
  greeted: Promise<void>
  /** Resolves when the socket is gone. */
  ended: Promise<{ why: SocketEnding; greeted: boolean; refusedVersion: boolean }>
  /** Sends what the outbox holds and this socket has not sent yet. */
  flush(): void
  /** Asks for a sign of life, and ends the session when none comes within a few seconds. */
  probe(): void
  close(): void
}

/** What one kind of log has on its socket besides its rows. */
export interface SocketExtras<Types extends KindTypes> {
  /** The server greeted: from here on frames may be sent. */
  begin(): void
  onFrame(frame: Types['extra']): void
  /** These came live, and are stored. */
  onRows(rows: readonly Types['row'][]): void
  end(): void
}

export interface SocketSessionOptions<Types extends KindTypes> extends Part<Types> {
  environment: Pick<Environment, 'clock'>
  socket: LogSocket<Types>
  contract: SocketContract<Types>
  listWaiting(tables: Types['tables']): Promise<Types['entry'][]>
  createExtras(send: (frame: object) => void): SocketExtras<Types>
  /** Looks at what was applied, and says how the session ends, if it does. */
  check(): Promise<Ending | undefined>
  onLive(): void
  onProgress: Progress
  onError(error: unknown): void
}

const OPEN_WITHIN_MS = 10_000
const ANSWER_WITHIN_MS = 15_000
const PROBE_WITHIN_MS = 5_000
/**
 * Rows that come so soon after others wait until then, and what comes meanwhile is stored with them: each transaction
 * has all who look read again, and under a storm of small ones nobody would get to show anything.
 */
const GATHER_MS = 50
/**
 * After so long without a word of a server that was telling something, it is asked once whether it is still there: a
 * connection that was lost in the middle of a conversation is missed sooner than the next sign of life would come.
 */
const QUIET_MS = 20_000
/** Commands unanswered at one time; the server closes at 200. */
const WINDOW = 100

type RowsPiece<Types extends KindTypes> = { kind: 'rows' } & Omit<Change<Types['row']>, 'next'>
type Piece<Types extends KindTypes> =
  RowsPiece<Types> | { kind: 'result'; result: Types['result'] } | { kind: 'catch-up' } | { kind: 'live' }

export function createSocketSession<Types extends KindTypes>(options: SocketSessionOptions<Types>): SocketSession {
  const { store, kind, contract } = options
  const { clock } = options.environment
  const pieces: Piece<Types>[] = []
  /** Sent on this socket, and the outbox does not know the answer yet: ids, each with the lineage in which it was sent. */
  const sent = new Map<string, string>()
  /** Those of them that the server has not answered. */
  const unanswered = new Set<string>()
  let greeted = false
  let mayCommand = false
  let over = false
  let hasPulledOlder = false
  let position: DevicePosition = NOWHERE
  let onGreeted: () => void = () => undefined
  const whenGreeted = new Promise<void>((resolve) => (onGreeted = resolve))
  let end: (ending: Awaited<SocketSession['ended']>) => void = () => undefined
  const ended: SocketSession['ended'] = new Promise((resolve) => (end = resolve))
  let deadline = Infinity
  let silenceMs = SHORT_HEARTBEAT_MS + SILENCE_GRACE_MS
  let cancelTimer: () => void = () => undefined
  /** When rows were last begun to be stored. */
  let storedAt = -Infinity
  let endGathering: () => void = () => undefined
  let cancelQuestion: () => void = () => undefined
  const extras = options.createExtras(send)
  const work = singleFlight(takePieces, fail)
  const flush = singleFlight(sendWaiting, fail)
  let socket: ClientSocket | undefined
  open()

  function open(): void {
    expectWithin(OPEN_WITHIN_MS)
    try {
      socket = options.socket.open({
        onOpen: () => void greet().catch(fail),
        onMessage,
        onClose: (code) => finish(endingOf(code), code === CLOSE.protocolVersion),
      })
    } catch (error) {
      // Where a policy forbids sockets it is as on a network that lets none through.
      fail(error)
    }
  }

  /** TypeScript takes it that nothing ends while one awaits. */
  function isOver(): boolean {
    return over
  }

  function finish(why: SocketEnding, refusedVersion = false): void {
    if (over) return
    over = true
    cancelTimer()
    endGathering()
    cancelQuestion()
    extras.end()
    socket?.close()
    end({ why, greeted, refusedVersion })
  }

  /** The device's own storage failed, or a bug threw: the next session starts from what is stored. */
  function fail(error: unknown): void {
    options.onError(error)
    finish('closed')
  }

  function send(frame: object | undefined): void {
    if (!over && frame !== undefined) socket?.send(contract.encode(frame))
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
    send(contract.hello(position))
  }

  async function lookUpPosition(): Promise<void> {
    position = await store.transact((tables) => Promise.resolve(tables.getPosition()))
  }

  function onMessage(content: string | Uint8Array): void {
    if (over) return
    const frames = contract.parse(content)
    if (frames === undefined) return finish('closed')
    frames.forEach(onFrame)
    expectWithin(unanswered.size > 0 ? ANSWER_WITHIN_MS : silenceMs)
    cancelQuestion()
    const isTelling = frames.length > 0 && !frames.some(({ type }) => type === 'ping')
    if (!isOver()) cancelQuestion = isTelling ? clock.after(QUIET_MS, () => probe(ANSWER_WITHIN_MS)) : () => undefined
  }

  function probe(withinMs = PROBE_WITHIN_MS): void {
    const frame = contract.probe()
    // Where it cannot be asked, silence is enough.
    if (frame === undefined && greeted && clock.now() >= deadline) return finish('closed')
    // The first frame is hello; and who probes again and again must not put off the end by it.
    if (frame === undefined || !greeted || deadline <= clock.now() + withinMs) return
    send(frame)
    expectWithin(withinMs)
  }

  function onFrame(frame: DownFrame<Types>): void {
    switch (frame.type) {
      case 'welcome':
        greeted = true
        mayCommand = frame.known
        silenceMs = frame.heartbeatMs + SILENCE_GRACE_MS
        onGreeted()
        extras.begin()
        return flush()
      case 'live':
        // By now the server knows what it had not heard of yet when it greeted.
        mayCommand = true
        flush()
        return add({ kind: 'live' })
      case 'behind':
        return add({ kind: 'catch-up' })
      case 'rows': {
        const { type, ...change } = frame
        return add({ kind: type, ...change })
      }
      case 'ping':
        // Answered at once, also while a long catching up keeps the store busy.
        if (frame.isAnswered) send(contract.pong(position.cursor))
        // What was held for a while may go now.
        return flush()
      case 'result':
        unanswered.delete(frame.result.id)
        return add({ kind: 'result', result: frame.result })
      case 'extra':
        return extras.onFrame(frame.frame)
      default:
        return unreachable(frame)
    }
  }

  function add(piece: Piece<Types>): void {
    pieces.push(piece)
    if (piece.kind !== 'rows') endGathering()
    work()
  }

  /** Resolves when the rows that came are to be stored; anything else that comes is no reason to wait. */
  async function gather(): Promise<void> {
    // A clock may be set back.
    const wait = Math.min(GATHER_MS, storedAt + GATHER_MS - clock.now())
    if (wait <= 0 || pieces.some(({ kind }) => kind !== 'rows')) return
    await new Promise<void>((resolve) => {
      const cancel = clock.after(wait, resolve)
      endGathering = () => {
        cancel()
        resolve()
      }
    })
  }

  async function takePieces(): Promise<void> {
    while (pieces.length > 0 && !over) {
      await gather()
      if (isOver()) return
      const taken = pieces.splice(0)
      if (taken.some(({ kind }) => kind === 'rows')) storedAt = clock.now()
      // Whoever led before may have ended between the last page and what follows on it: only a pull goes on there.
      const isSaid = (await write(taken)) || position.restoring || taken.some((piece) => piece.kind === 'catch-up')
      const mustCatchUp = isSaid || mustPullOlder()
      if (taken.some((piece) => piece.kind === 'result')) flush()
      if (mustCatchUp && !(await catchUp())) return
      const ending = await options.check()
      if (ending !== undefined) return finish(ending)
      if (!isOver() && !mustCatchUp && taken.some((piece) => piece.kind === 'live')) options.onLive()
    }
  }

  /**
   * Whether a server of a version before sent what is here, and this one is none: it says nothing of rows that the other
   * left out. Once a session, for a pull may be answered by yet another process.
   */
  function mustPullOlder(): boolean {
    if (hasPulledOlder || position.older === undefined) return false
    hasPulledOlder = contract.version === options.socket.contracts[0]().version
    return hasPulledOlder
  }

  /** Applies rows and notes results in one transaction; returns whether there was a gap. */
  async function write(taken: readonly Piece<Types>[]): Promise<boolean> {
    const results = taken.flatMap((piece) => (piece.kind === 'result' ? [piece.result] : []))
    const frames = taken.filter((piece) => piece.kind === 'rows')
    if (results.length === 0 && frames.length === 0) return false
    const written = await applyAll(frames, results)
    // Only now it is on the disk, for a pong to acknowledge; and until it is settled an entry waits, and would be
    // sent once more.
    position = written.position
    for (const { id } of results) sent.delete(id)
    extras.onRows(written.rows)
    return written.gap
  }

  async function applyAll(
    frames: readonly RowsPiece<Types>[],
    results: readonly Types['result'][],
  ): Promise<{ gap: boolean; rows: Types['row'][]; position: DevicePosition }> {
    try {
      return await store.transact(async (tables) => {
        let gap = false
        const rows: Types['row'][] = []
        for (const frame of joinRows(frames, (await tables.getPosition()).cursor)) {
          const outcome = await applyFrame<Types>(tables, kind, { ...frame, next: null })
          if (outcome === 'gap') gap = true
          if (outcome === 'applied') rows.push(...frame.rows)
        }
        const now = await tables.getPosition()
        await kind.settle(tables, results.filter(isOf(now)))
        return { gap, rows, position: now }
      })
    } catch (error) {
      if (!isContradiction(error)) throw error
      return store.transact(async (tables) => {
        await forgetPosition(tables)
        await kind.settle(tables, results)
        return { gap: true, rows: [], position: await tables.getPosition() }
      })
    }
  }

  /** An answer of a history that was left meanwhile is none: what was asked is asked again. */
  function isOf({ lineage }: DevicePosition): (result: Types['result']) => boolean {
    return ({ id }) => (sent.get(id) ?? lineage) === lineage
  }

  async function catchUp(): Promise<boolean> {
    const ending = await pullAll(options, { onProgress: options.onProgress, isOver })
    if (ending !== 'done') {
      finish(ending)
      return false
    }
    await lookUpPosition()
    send(contract.resume(position))
    mayCommand = true
    flush()
    if (!contract.saysLive) pieces.push({ kind: 'live' })
    return true
  }

  async function sendWaiting(): Promise<void> {
    if (!mayCommand || over) return
    const waiting = await store.transact(async (tables) =>
      (await tables.getPosition()).restoring ? [] : options.listWaiting(tables),
    )
    for (const entry of contract.select(waiting)) {
      if (unanswered.size >= WINDOW) return
      const frame = sent.has(entry.id) ? undefined : contract.command(entry)
      if (frame === undefined) continue
      if (unanswered.size === 0) expectWithin(ANSWER_WITHIN_MS)
      unanswered.add(entry.id)
      sent.set(entry.id, position.lineage)
      send(frame)
    }
  }

  return {
    greeted: whenGreeted,
    ended,
    flush,
    probe: () => probe(),
    close: () => finish('closed'),
  }
}

/**
 * Frames that follow on each other become one, so that a burst costs one transaction. Those that are
 * here already, because a pull was quicker, are left out first: joined with what follows they would
 * start before the cursor, and look like a gap.
 */
function joinRows<Types extends KindTypes>(frames: readonly RowsPiece<Types>[], cursor: number): RowsPiece<Types>[] {
  const joined: RowsPiece<Types>[] = []
  for (const frame of frames) {
    if (frame.to <= cursor) continue
    const last = joined.at(-1)
    if (last?.to === frame.from && last.lineage.id === frame.lineage.id) {
      joined.splice(-1, 1, { ...last, to: frame.to, rows: [...last.rows, ...frame.rows] })
    } else joined.push(frame)
  }
  return joined
}

function endingOf(code: number): SocketEnding {
  if (code === CLOSE.notSignedIn) return 'signed-out'
  return code === CLOSE.tryAgainLater ? 'unavailable' : 'closed'
}
