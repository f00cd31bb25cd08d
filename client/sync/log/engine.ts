import { createBackOff, HELD_MS } from '../back-off.ts'
import type { Environment } from '../environment.ts'
import type { ConnectionState } from './connection-state.ts'
import { pullAll, type Part } from './exchange.ts'
import type { Ending, KindTypes, LogStore } from './kind.ts'
import type { Sender } from './sender.ts'
import type { LogSocket } from './socket-contract.ts'
import { createSocketSession, type SocketExtras, type SocketSession } from './socket-session.ts'

/*
 * The engine: keeps one log on one device in touch with its server, for ever.
 *
 *             ┌────────────── wait: full jitter, cut short by a wake ◀───────────┐
 *             ▼                                                                   │
 *        try a socket ── greeted ── ended ────────────────────────────────────────┤
 *             │                                                                   │
 *             └─ never greeted ─▶ the same by HTTP ── nobody there ── offline ────┤
 *                                      │           ├─ a stranger ─── portal ──────┤
 *                                      │           └─ not let in ── a minute ─────┤
 *                                      └─ works: long polls, with a socket tried ─┘
 *                                         beside them once a minute
 *
 *        signed out: everything stays where it is until somebody signs in again; asked about every few minutes
 *
 * Trying never ends. `navigator.onLine` and its kind only wake; what is said of the connection is
 * what a request showed.
 */

export interface Engine {
  /** Something changed that makes trying worthwhile now: the network, the page, a new sign-in. */
  wake(): void
  /** Resolves when nothing more is begun; what was asked already may still be answered, and is not applied. */
  stop(): Promise<void>
}

export interface SendingEngine extends Engine {
  /** Something in the outbox may go now. */
  flush(): void
}

export interface EngineOptions<Types extends KindTypes> extends Part<Types> {
  store: LogStore<Types>
  environment: Pick<Environment, 'clock' | 'random' | 'onWake' | 'requestBackgroundSync'>
  socket: LogSocket<Types>
  /** Made once, and given what link there is; it says when a command could not go although all seemed well. */
  createSender(onUnreachable: () => void): Sender
  listWaiting(tables: Types['tables']): Promise<Types['entry'][]>
  createExtras(send: (frame: object) => void): SocketExtras<Types>
  /** Since when the connection was lost already when this begins, in milliseconds since 1970. */
  findLost?(): Promise<number | undefined>
  /** Looks at what was applied, and says how following ends, if it does. */
  check(): Promise<Ending | undefined>
  /** Everything is here up to the head, or was a moment ago. */
  onCaughtUp(): void
  onError(error: unknown): void
}

/** Long polls under way; they go on until one fails or a socket was greeted. */
interface Polling {
  ended: Promise<Ending>
  stop(): void
}

/** How long to stay with long polls before a socket is tried again. */
const POLL_FOR_MS = 60_000
/** While processes are updated one after another, an older one's contract is spoken for so long at a time. */
const OLDER_FOR_MS = 10 * 60_000
/** What only somebody else can mend, such as an app too old for its server, is looked at again this often. */
const RETRY_MS = 60_000
const SIGNED_OUT_RETRY_MS = 5 * 60_000
/** Whoever writes while the network is away tries it, but not with every word. */
const TRY_EVERY_MS = 3_000
/** After so long without an answer it is said that none came, and not only that one is awaited. */
const SLOW_AFTER_MS = 3_000

export function startEngine<Types extends KindTypes>(options: EngineOptions<Types>): SendingEngine {
  const { environment, store } = options
  const { clock } = environment
  const backOff = createBackOff(() => environment.random())
  let stopped = false
  let session: SocketSession | undefined
  let polling: Polling | undefined
  let lostAt: number | undefined
  /** Since the server cannot take anything, while something waits that it should take. */
  let unavailableSince: number | undefined
  let isLive = false
  let triedAt = -Infinity
  let endSleep: () => void = () => undefined
  let cancelSlow: () => void = () => undefined
  /** Somebody woke us since this try began: if it fails it may have been of the network before, so the next follows at once. */
  let woken = false
  /** Which of the contracts is spoken: an older server, while processes are updated, knows only the one before. */
  let spoken = 0

  const sender = options.createSender(lookAgain)
  const stopListening = [environment.onWake(wake), store.onOutboxChange(onOutboxChange)]
  const finished = run()

  function onOutboxChange(): void {
    sender.flush()
    if (unavailableSince !== undefined && isLive) void showLive().catch(options.onError)
    if (lostAt === undefined) return
    environment.requestBackgroundSync()
    // There is a reason to try now.
    if (clock.now() - triedAt >= TRY_EVERY_MS) endSleep()
  }

  function wake(): void {
    woken = true
    session?.probe()
    endSleep()
    // A tab that led before may have left what it knew last.
    if (isLive) void showLive().catch(options.onError)
  }

  /** A command did not arrive: what is said of the connection is perhaps not so. */
  function lookAgain(): void {
    session?.close()
    if (polling !== undefined) {
      polling.stop()
      // Else it would be waited for as if it still asked.
      polling = undefined
      sender.setLink({ kind: 'none' })
      void showConnecting()
    }
    endSleep()
  }

  async function run(): Promise<void> {
    lostAt = await options.findLost?.().catch(() => undefined)
    await showConnecting()
    while (!stopped) {
      try {
        await after(await trySocket())
      } catch (error) {
        options.onError(error)
        await sleep(backOff.next())
      }
    }
  }

  async function trySocket(): Promise<Ending> {
    woken = false
    triedAt = clock.now()
    let liveSince = Infinity
    const createContract = options.socket.contracts[spoken] ?? options.socket.contracts[0]
    session = createSocketSession<Types>({
      ...options,
      contract: createContract(),
      onLive() {
        liveSince = Math.min(liveSince, clock.now())
        void showLive()
      },
      onProgress,
    })
    const { ended, greeted } = session
    const mine = session
    void greeted.then(() => {
      cancelSlow()
      polling?.stop()
      polling = undefined
      sender.setLink({ kind: 'socket', flush: mine.flush })
    })
    // Others may be of the newest version by now, and leave out nothing.
    const stopOlder = spoken > 0 ? clock.after(OLDER_FOR_MS, () => mine.close()) : () => undefined
    const ending = await ended
    stopOlder()
    session = undefined
    spoken = ending.refusedVersion ? (spoken + 1) % options.socket.contracts.length : 0
    isLive = false
    if (clock.now() - liveSince >= HELD_MS) backOff.reset()
    if (stopped) return 'done'
    // A session that ends while it is open does so for a reason, which a request is told.
    if (ending.why === 'signed-out' && ending.greeted) return exchange(false)
    if (ending.why !== 'closed') return ending.why
    // An older process behind the same address: spoken to in its own way at once.
    if (ending.refusedVersion && spoken > 0) return trySocket()
    if (!ending.greeted) return exchangeByHttp()
    sender.setLink({ kind: 'none' })
    // That wake was for this socket.
    woken = false
    await noteLoss()
    await showConnecting()
    return 'done'
  }

  /** Some networks let no WebSocket through: then requests carry the same commands and the same pull. */
  async function exchangeByHttp(): Promise<Ending> {
    if (polling === undefined) {
      lostAt ??= clock.now()
      const first = await exchange(false)
      if (first !== 'done' || stopped) return first
      backOff.reset()
      await showLive()
      polling = startPolling()
    }
    const { ended } = polling
    const ending = await Promise.race([ended, sleep(POLL_FOR_MS)])
    endSleep()
    // Still polling: a socket is tried beside it.
    return ending ?? 'done'
  }

  function startPolling(): Polling {
    let over = false
    sender.setLink({ kind: 'http' })
    const isOver = () => over || stopped
    const poll = async (): Promise<Ending> => {
      let ending: Ending = 'done'
      try {
        while (!isOver() && ending === 'done') ending = await exchange(true, isOver)
      } catch (error) {
        options.onError(error)
      }
      if (!over) {
        polling = undefined
        sender.setLink({ kind: 'none' })
      }
      return ending
    }
    return { ended: poll(), stop: () => (over = true) }
  }

  async function exchange(wait: boolean, isOver = () => stopped): Promise<Ending> {
    const sent = await sender.sendAll(isOver)
    if (sent !== 'done' || isOver()) return sent
    const pulled = await pullAll(options, { wait, isOver, onProgress })
    options.onCaughtUp()
    return pulled === 'done' ? ((await options.check()) ?? 'done') : pulled
  }

  function onProgress(done: number, total: number): void {
    void show({ kind: 'catching-up', done, total })
  }

  async function after(ending: Ending): Promise<void> {
    if (stopped) return
    switch (ending) {
      case 'done':
        return polling === undefined ? sleep(backOff.next()) : undefined
      case 'unavailable':
        unavailableSince ??= clock.now()
        await noteLoss()
        await show({ kind: 'offline', since: unavailableSince, why: 'unavailable' })
        return sleep(backOff.next())
      case 'unreachable':
      case 'portal':
        await show({ kind: ending === 'portal' ? 'portal' : 'offline', since: await noteLoss() })
        return sleep(backOff.next())
      case 'signed-out':
        sender.setLink({ kind: 'none' })
        await show({ kind: 'signed-out' })
        // Also the server may be wrong about it for a while, as when its clock is.
        return sleep(SIGNED_OUT_RETRY_MS)
      case 'outdated':
        await show({ kind: 'outdated' })
        return sleep(RETRY_MS)
      default:
        sender.setLink({ kind: 'none' })
        await show({
          ...{ kind: 'refused', code: ending.refused },
          ...(ending.message !== undefined && { message: ending.message }),
        })
        return sleep(RETRY_MS)
    }
  }

  /** Returns when the connection was lost. What was queued before anybody noticed is left to the browser too. */
  async function noteLoss(): Promise<number> {
    lostAt ??= clock.now()
    if (await hasWaiting()) environment.requestBackgroundSync()
    return lostAt
  }

  async function hasWaiting(): Promise<boolean> {
    return (await store.transact((tables) => options.listWaiting(tables))).length > 0
  }

  async function showLive(): Promise<void> {
    isLive = true
    lostAt = undefined
    options.onCaughtUp()
    // It lets us in, and may still not take what waits: that is over once it did.
    if (unavailableSince !== undefined && !(await hasWaiting())) unavailableSince = undefined
    await show(
      unavailableSince === undefined
        ? { kind: 'live' }
        : { kind: 'offline', since: unavailableSince, why: 'unavailable' },
    )
    sender.flush()
  }

  async function showConnecting(): Promise<void> {
    const state = { kind: 'connecting', ...(lostAt !== undefined && { since: lostAt }) } as const
    await show(state)
    cancelSlow = clock.after(SLOW_AFTER_MS, () => {
      lostAt ??= clock.now()
      void show({ ...state, since: lostAt, slow: true })
    })
  }

  async function show(state: ConnectionState): Promise<void> {
    cancelSlow()
    // What cannot be shown must not keep from trying.
    if (!stopped) await store.setConnection(state).catch(options.onError)
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
    flush: sender.flush,
    async stop() {
      stopped = true
      stopListening.forEach((stop) => stop())
      cancelSlow()
      sender.stop()
      session?.close()
      endSleep()
      await finished
    },
  }
}
