import { createBackOff, HELD_MS } from '../back-off.ts'
import type { Environment } from '../environment.ts'
import type { RoomLog } from './api.ts'
import { setConnection } from './connection.ts'
import type { ClassroomDatabase, RoomProblem } from './database.ts'
import { pullAll } from './exchange.ts'
import type { Sending } from './sending.ts'
import { createRoomSession, type RoomSession, type SessionEnding } from './socket-session.ts'
import { watchOutbox } from './watch-outbox.ts'

/*
 * Keeps one classroom on this device in touch with its server, for as long as its tab leads:
 *
 *             ┌───────── wait: full jitter, cut short by a wake ◀─────────┐
 *             ▼                                                           │
 *        try a socket ── greeted ── ended ────────────────────────────────┤
 *             │                                                           │
 *             └─ never greeted ─▶ pull ── nobody there ── offline ────────┤
 *                      ▲           │   └─ a stranger ──── portal ─────────┤
 *                      │           │   └─ refused ─────── a problem ──────┘
 *                      └─ a minute of long polls
 *
 * Trying never ends. `navigator.onLine` and its kind only wake.
 */

export interface Following {
  wake(): void
  stop(): Promise<void>
}

export interface FollowOptions {
  environment: Pick<Environment, 'clock' | 'random' | 'openSocket' | 'onWake'>
  db: ClassroomDatabase
  log: RoomLog
  /** Whether the classroom has the key that it should have. */
  checkIssuer(): Promise<boolean>
  /** Begins to send what waits; `onUnreachable` is called when a command could not go. */
  startSending(onUnreachable: () => void): Sending
  onError(error: unknown): void
}

const POLL_FOR_MS = 60_000
/** What only somebody else can mend is looked at again this often. */
const PROBLEM_RETRY_MS = 60_000
/** A wake that comes this soon after the last one asks for nothing. */
const PROBE_EVERY_MS = 5_000

export function follow(options: FollowOptions): Following {
  const { environment, db, log } = options
  const { clock } = environment
  const backOff = createBackOff(() => environment.random())
  let stopped = false
  let session: RoomSession | undefined
  let endPolling: () => void = () => undefined
  let endSleep: () => void = () => undefined
  let woken = false
  let probedAt = -Infinity

  const sending = options.startSending(lookAgain)
  const outbox = watchOutbox(db, sending.flush)
  const stopListening = environment.onWake(wake)
  const parts = { db, log, onDevices, onReset: () => show('connecting') }
  const finished = run()

  function wake(): void {
    woken = true
    endSleep()
    session?.probe()
    void probe().catch(options.onError)
  }

  /** Asks over HTTP whether the server is still there, for a socket does not say. */
  async function probe(): Promise<void> {
    if (session === undefined || clock.now() - probedAt < PROBE_EVERY_MS) return
    probedAt = clock.now()
    const probed = session
    const ending = await pullAll(parts, { isOver: () => stopped })
    if (ending !== 'done') probed.close()
  }

  /** A command did not arrive although all seemed well. */
  function lookAgain(): void {
    session?.close()
    endPolling()
  }

  async function run(): Promise<void> {
    await show('connecting').catch(options.onError)
    while (!stopped) {
      try {
        await after(await exchange())
      } catch (error) {
        options.onError(error)
        await sleep(backOff.next())
      }
    }
  }

  /** A socket is tried beside long polls that work without anybody seeing it. */
  let isPolling = false

  async function exchange(): Promise<SessionEnding> {
    woken = false
    let liveSince = Infinity
    session = createRoomSession({
      ...{ ...parts, environment, onError: options.onError, afterApply },
      async onLive() {
        liveSince = Math.min(liveSince, clock.now())
        isPolling = false
        await goLive()
      },
    })
    const { why, greeted } = await session.ended
    session = undefined
    if (clock.now() - liveSince >= HELD_MS) backOff.reset()
    if (stopped || greeted || why !== 'closed') {
      isPolling = false
      return why
    }
    return poll()
  }

  /** Some networks let no WebSocket through: then requests carry the same rows. */
  async function poll(): Promise<SessionEnding> {
    const until = clock.now() + POLL_FOR_MS
    let isOver = false
    const broken = new Promise<SessionEnding>((resolve) => {
      endPolling = () => {
        isOver = true
        resolve('closed')
      }
    })
    const polls = async (): Promise<SessionEnding> => {
      for (let wait = isPolling; ; wait = true) {
        const ending = await pullAll(parts, { wait, isOver: () => isOver || stopped })
        if (isOver || stopped) return 'closed'
        const problem = ending === 'done' ? await afterApply() : ending
        if (problem !== undefined) {
          isPolling = false
          return problem
        }
        isPolling = true
        backOff.reset()
        await goLive()
        if (clock.now() >= until) return 'done'
      }
    }
    const ending = await Promise.race([polls(), broken])
    if (ending === 'closed') isPolling = false
    return ending
  }

  async function afterApply(): Promise<SessionEnding | undefined> {
    return (await options.checkIssuer()) ? undefined : 'wrong_key'
  }

  async function goLive(): Promise<void> {
    if (stopped) return
    await setConnection(db, environment, { state: 'live', problem: null })
    sending.flush()
  }

  async function after(ending: SessionEnding): Promise<void> {
    if (stopped) return
    switch (ending) {
      case 'done':
        return
      case 'closed':
        await show('connecting')
        return sleep(backOff.next())
      case 'unreachable':
      case 'portal':
        await show(ending === 'portal' ? 'portal' : 'offline')
        return sleep(backOff.next())
      default:
        await show('connecting', ending)
        return sleep(PROBLEM_RETRY_MS)
    }
  }

  async function show(state: 'connecting' | 'offline' | 'portal', problem?: RoomProblem): Promise<void> {
    // A problem stays until the classroom is live again.
    const change = problem === undefined ? { state } : { state, problem }
    if (!stopped) await setConnection(db, environment, change)
  }

  async function onDevices(devices: number): Promise<void> {
    if (!stopped) await setConnection(db, environment, { devices })
  }

  function sleep(ms: number): Promise<void> {
    if (stopped || woken) return Promise.resolve()
    return new Promise((resolve) => {
      const cancel = clock.after(ms, resolve)
      endSleep = () => {
        cancel()
        resolve()
      }
    })
  }

  return {
    wake,
    async stop() {
      stopped = true
      stopListening()
      outbox.unsubscribe()
      sending.stop()
      session?.close()
      endPolling()
      endSleep()
      await finished
    },
  }
}
