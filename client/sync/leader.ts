import type { Clock } from '../../shared/clock.ts'

/*
 * One tab of an account talks to the server; the others only read and write what is stored.
 *
 *   waiting for the lock ── granted ──▶ leading ── closed, crashed, frozen ──▶ lock released
 *        │                                 ▲  │
 *        │ visible, and the leader         │  └── stolen: stops at once
 *        └ answers no call: steals it ─────┘
 *
 * The browser releases the lock of a tab that closes or crashes. A tab that is frozen keeps it, and
 * says nothing: a visible tab that calls and hears no answer takes the lock away. Should two lead for
 * a moment, nothing breaks: a change is applied only where it fits the stored cursor, and a command
 * sent twice is done once.
 */

/** The parts of the browser that leadership rests on. */
export interface LeaderEnvironment {
  clock: Clock
  locks: Pick<LockManager, 'request'>
  /** Opens a channel to all tabs of this origin; what one posts, the others hear. */
  openChannel(name: string, onMessage: (message: unknown) => void): { post(message: unknown): void; close(): void }
  isVisible(): boolean
  /** Something changed that makes trying again worthwhile: online, visible, shown again. Returns the function that stops listening. */
  onWake(listener: () => void): () => void
  /** Calls back before this page is frozen. Returns the function that stops it. */
  onFreeze(listener: () => void): () => void
}

const CALL_EVERY_MS = 5_000
const ANSWER_WITHIN_MS = 2_000

/** The lock, and the channel, of everything on this device that syncs an account. */
export const lockName = (userId: string) => `chatbox-sync-${userId}`

/** Runs `lead` while this tab leads; its returned function ends that. Returns the function that gives up for good. */
export function leadInTurn(
  environment: LeaderEnvironment,
  name: string,
  lead: () => () => void,
  onError: (error: unknown) => void,
): () => void {
  const { clock, locks } = environment
  let stopped = false
  let leading = false
  let release: () => void = () => undefined
  let cancelRequest = new AbortController()
  let cancelCall: () => void = () => undefined
  let answered = true
  const channel = environment.openChannel(name, (message) => {
    if (message === 'who leads?' && leading) channel.post('I lead')
    if (message === 'I lead') answered = true
  })

  function request(steal: boolean): void {
    let granted = false
    cancelRequest.abort()
    cancelRequest = new AbortController()
    // A request that steals takes no signal: it never waits.
    const options: LockOptions = steal ? { steal } : { signal: cancelRequest.signal }
    locks
      .request(name, options, () => {
        if (stopped) return undefined
        granted = true
        return holdLock()
      })
      .catch((error: unknown) => {
        if (!(error instanceof DOMException && error.name === 'AbortError')) onError(error)
        // Granted, it was taken away by another tab; not granted, it was our own waiting that was called off.
        else if (granted && leading) stepDown()
      })
  }

  function holdLock(): Promise<void> {
    const end = lead()
    leading = true
    // Whom we called is ourselves.
    answered = true
    return new Promise((resolve) => {
      release = () => {
        release = () => undefined
        leading = false
        end()
        resolve()
      }
    })
  }

  function stepDown(): void {
    release()
    if (!stopped) request(false)
  }

  function call(): void {
    cancelCall()
    if (stopped) return
    if (leading || !environment.isVisible()) {
      cancelCall = clock.after(CALL_EVERY_MS, call)
      return
    }
    answered = false
    const calledAt = clock.now()
    channel.post('who leads?')
    cancelCall = clock.after(ANSWER_WITHIN_MS, () => {
      // Long after that it is we who were frozen, and the answer may lie behind this in the queue.
      if (clock.now() - calledAt > 2 * ANSWER_WITHIN_MS) return call()
      if (!answered && !leading && environment.isVisible()) request(true)
      cancelCall = clock.after(CALL_EVERY_MS, call)
    })
  }

  const stops = [
    environment.onWake(call),
    environment.onFreeze(() => {
      if (leading) stepDown()
    }),
  ]
  request(false)
  call()
  return () => {
    stopped = true
    cancelCall()
    cancelRequest.abort()
    release()
    stops.forEach((stop) => stop())
    channel.close()
  }
}
