import type { Api } from './api.ts'
import { createBackOff, HELD_MS } from './back-off.ts'
import type { ConnectionState } from './database.ts'
import type { Environment } from './environment.ts'
import { pullAll, sendAll, type Ending } from './exchange.ts'
import { createReceipts } from './receipts.ts'
import { singleFlight } from './single-flight.ts'
import { createSocketSession, type SocketSession } from './socket-session.ts'
import { listWaiting } from './settle.ts'
import type { ClientStore } from './tables.ts'

/*
 * The engine: keeps one account of one device in touch with its server, for ever.
 *
 *             ┌────────────── wait: full jitter, cut short by a wake ◀───────────┐
 *             ▼                                                                   │
 *        try a socket ── greeted ── ended ────────────────────────────────────────┤
 *             │                                                                   │
 *             └─ never greeted ─▶ the same by HTTP ── nobody there ── offline ────┤
 *                                      │           └─ a stranger ─── portal ──────┤
 *                                      └─ works: long polls, with a socket tried ─┘
 *                                         beside them once a minute
 *
 *        signed out: everything stays where it is until somebody signs in again
 *
 * Trying never ends. `navigator.onLine` and its kind only wake; what is said of the connection is
 * what a request showed.
 */

export interface Engine {
  /** Something changed that makes trying worthwhile now: the network, the page, a new sign-in. */
  wake(): void
  /** Resolves when nothing more is begun; what was asked already may still be answered, and is applied. */
  stop(): Promise<void>
}

export interface EngineOptions {
  environment: Pick<Environment, 'clock' | 'random' | 'openSocket' | 'onWake' | 'requestBackgroundSync'>
  store: ClientStore
  api: Api
  me: string
  log: string
  onError(error: unknown): void
}

/** Long polls under way; they go on until one fails or a socket was greeted. */
interface Polling {
  ended: Promise<Ending>
  stop(): void
}

/** How long to stay with long polls before a socket is tried again. */
const POLL_FOR_MS = 60_000
/** An app too old for its server asks again this often; the service worker brings the new one meanwhile. */
const OUTDATED_RETRY_MS = 60_000

export function startEngine(options: EngineOptions): Engine {
  const { environment, store } = options
  const { clock } = environment
  const backOff = createBackOff(() => environment.random())
  let stopped = false
  let session: SocketSession | undefined
  let polling: Polling | undefined
  let lostAt: number | undefined
  let endSleep: () => void = () => undefined
  /** Somebody woke us since this try began: if it fails it may have been of the network before, so the next follows at once. */
  let woken = false
  let flush: () => void = () => undefined

  const receipts = createReceipts({ clock, store, me: options.me, onQueued: onOutboxChange, onError: options.onError })
  const stopListening = [environment.onWake(wake), store.onOutboxChange(onOutboxChange)]
  const finished = run()

  function onOutboxChange(): void {
    flush()
    if (lostAt !== undefined) environment.requestBackgroundSync()
  }

  function wake(): void {
    woken = true
    session?.probe()
    endSleep()
  }

  async function run(): Promise<void> {
    await show({ kind: 'connecting' })
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
    let liveSince = Infinity
    session = createSocketSession({
      ...options,
      onLive() {
        liveSince = Math.min(liveSince, clock.now())
        receipts.noteAll()
        void showLive()
      },
      onRows: receipts.note,
      onProgress: (done, total) => void show({ kind: 'catching-up', done, total }),
    })
    const { ended, greeted, flush: flushSocket } = session
    void greeted.then(() => {
      polling?.stop()
      polling = undefined
      flush = flushSocket
    })
    const ending = await ended
    session = undefined
    if (clock.now() - liveSince >= HELD_MS) backOff.reset()
    if (stopped || ending.why !== 'closed') return ending.why === 'closed' ? 'done' : ending.why
    if (!ending.greeted) return exchangeByHttp()
    flush = () => undefined
    // That wake was for this socket.
    woken = false
    await noteLoss()
    await show({ kind: 'connecting' })
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
    flush = singleFlight(async () => {
      await sendAll(options)
    }, options.onError)
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
        flush = () => undefined
      }
      return ending
    }
    return { ended: poll(), stop: () => (over = true) }
  }

  async function exchange(wait: boolean, isOver = () => stopped): Promise<Ending> {
    const sent = await sendAll(options)
    if (sent !== 'done' || isOver()) return sent
    const onProgress = (done: number, total: number) => void show({ kind: 'catching-up', done, total })
    const pulled = await pullAll(options, { wait, isOver, onProgress })
    receipts.noteAll()
    return pulled
  }

  async function after(ending: Ending): Promise<void> {
    if (stopped) return
    switch (ending) {
      case 'done':
        return polling === undefined ? sleep(backOff.next()) : undefined
      case 'unreachable':
      case 'portal':
        await show({ kind: ending === 'portal' ? 'portal' : 'offline', since: await noteLoss() })
        return sleep(backOff.next())
      case 'signed-out':
        await show({ kind: 'signed-out' })
        return sleep(Infinity)
      case 'outdated':
        await show({ kind: 'outdated' })
        return sleep(OUTDATED_RETRY_MS)
    }
  }

  /** Returns when the connection was lost. What was queued before anybody noticed is left to the browser too. */
  async function noteLoss(): Promise<number> {
    lostAt ??= clock.now()
    const waiting = await store.transact((tables) => listWaiting(tables))
    if (waiting.length > 0) environment.requestBackgroundSync()
    return lostAt
  }

  async function showLive(): Promise<void> {
    lostAt = undefined
    await show({ kind: 'live' })
  }

  async function show(state: ConnectionState): Promise<void> {
    // What cannot be shown must not keep from trying.
    if (!stopped) await store.setConnection(state).catch(options.onError)
  }

  function sleep(ms: number): Promise<void> {
    if (stopped || woken) return Promise.resolve()
    return new Promise((resolve) => {
      const cancel = ms === Infinity ? () => undefined : clock.after(ms, resolve)
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
      stopListening.forEach((stop) => stop())
      receipts.stop()
      session?.close()
      endSleep()
      await finished
    },
  }
}
