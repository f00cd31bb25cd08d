import type { LeaderEnvironment } from '../../../client/sync/leader.ts'
import { settle } from '../../sim/scheduler.ts'
import { createServerClock } from '../../../client/sync/server-clock.ts'
import { createFakeClock } from '../../support/fake-clock.ts'

interface Request {
  name: string
  grant(lock: Lock | null): unknown
  resolve(value: unknown): void
  reject(error: unknown): void
}

type When = (work: () => void) => void

/**
 * Locks as https://www.w3.org/TR/web-locks/ says: one holder a name, others wait in order; whoever
 * steals takes the lock at once, ahead of the queue, and the holder's request is rejected while what
 * it runs goes on.
 */
export function createFakeLocks() {
  const held = new Map<string, Request>()
  const queue: Request[] = []

  function grantNext(name: string): void {
    if (held.has(name)) return
    const index = queue.findIndex((one) => one.name === name)
    const [next] = index < 0 ? [] : queue.splice(index, 1)
    if (next !== undefined) hold(next)
  }

  function hold(request: Request): void {
    held.set(request.name, request)
    const lock: Lock = { name: request.name, mode: 'exclusive' }
    void Promise.resolve()
      .then(() => request.grant(lock))
      .then(request.resolve, request.reject)
      .finally(() => {
        if (held.get(request.name) !== request) return
        held.delete(request.name)
        grantNext(request.name)
      })
  }

  /** The locks as one tab has them, which hears of them only `when` it runs. */
  const locksOf = (when: When) => ({
    request: (name: string, options: LockOptions, grant: (lock: Lock | null) => unknown) =>
      new Promise((resolve, reject) => {
        ask(options, {
          name,
          grant: (lock) => new Promise((granted) => when(() => granted(grant(lock)))),
          resolve: (value) => when(() => resolve(value)),
          reject: (error) => when(() => reject(error instanceof Error ? error : new Error(String(error)))),
        })
      }),
  })

  function ask(options: LockOptions, asked: Request): void {
    const { name, grant, resolve, reject } = asked
    if (options.steal === true) {
      held.get(name)?.reject(new DOMException('the lock was stolen', 'AbortError'))
      held.delete(name)
      hold(asked)
    } else if (options.ifAvailable === true && held.has(name)) {
      Promise.resolve(grant(null)).then(resolve, reject)
    } else {
      queue.push(asked)
      options.signal?.addEventListener('abort', () => {
        const index = queue.indexOf(asked)
        if (index < 0) return
        queue.splice(index, 1)
        reject(new DOMException('the request was called off', 'AbortError'))
      })
      grantNext(name)
    }
  }

  return {
    locksOf: (when: When) => locksOf(when) as Pick<LockManager, 'request'>,
    countWaiting: () => queue.length,
    isHeld: (name: string) => held.has(name),
  }
}

/** The tabs of one browser: they share locks, channels and the clock. */
export function createFakeBrowser() {
  const clock = createFakeClock()
  const serverClock = createServerClock(clock, { read: () => 0, write: () => undefined, onChange: () => undefined })
  const { locksOf, countWaiting, isHeld } = createFakeLocks()
  const channels = new Set<{ name: string; hear(message: unknown): void }>()

  function openTab() {
    const wakers = new Set<() => void>()
    const freezers = new Set<() => void>()
    let visible = true
    let frozen = false
    const missed: (() => void)[] = []
    /** What happens to a frozen tab happens when it thaws. */
    const whenThawed = (work: () => void) => {
      if (frozen) missed.push(work)
      else work()
    }
    const environment: LeaderEnvironment = {
      // Timers that fell due come before messages that came before them, which is the worse order.
      clock: { now: clock.now, after: (ms, work) => clock.after(ms, () => (frozen ? missed.unshift(work) : work())) },
      locks: locksOf(whenThawed),
      openChannel(name, onMessage) {
        const mine = { name, hear: (message: unknown) => whenThawed(() => onMessage(message)) }
        channels.add(mine)
        return {
          post(message) {
            for (const one of channels) if (one !== mine && one.name === name) queueMicrotask(() => one.hear(message))
          },
          close: () => channels.delete(mine),
        }
      },
      isVisible: () => visible,
      onWake(listener) {
        wakers.add(listener)
        return () => wakers.delete(listener)
      },
      onFreeze(listener) {
        freezers.add(listener)
        return () => freezers.delete(listener)
      },
    }
    return {
      environment,
      hide: () => (visible = false),
      show() {
        visible = true
        wakers.forEach((listener) => listener())
      },
      /** As the browser does it: with a word of warning. */
      freeze() {
        freezers.forEach((listener) => listener())
        frozen = true
      },
      /** As a phone does it: without. */
      hang: () => (frozen = true),
      thaw() {
        frozen = false
        missed.splice(0).forEach((work) => work())
      },
      countListeners: () => wakers.size + freezers.size,
    }
  }

  return {
    ...{ clock, serverClock, openTab, countWaiting, isHeld },
    countChannels: () => channels.size,
    async pass(ms: number) {
      await settle()
      for (let left = ms; left > 0; left -= 500) {
        clock.advance(Math.min(left, 500))
        await settle()
      }
    },
  }
}
