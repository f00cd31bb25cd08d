import type { LeaderEnvironment } from '../../client/sync/leader.ts'

/*
 * The locks of one browser (https://www.w3.org/TR/web-locks/): one holder a name, others wait in order. Whoever steals
 * takes the lock at once, ahead of the queue, and the holder's request is rejected while what it runs goes on. A tab
 * that is closed holds and asks for nothing any more.
 */
export interface Locks {
  /** As one tab has them, which hears of them only when `run` lets it. */
  locksOf(tab: object, run: (work: () => void) => void): LeaderEnvironment['locks']
  drop(tab: object): void
}

interface Asked {
  tab: object
  name: string
  run(work: () => void): void
  grant(lock: Lock | null): unknown
  resolve(value: unknown): void
  reject(error: unknown): void
}

export function createLocks(): Locks {
  const held = new Map<string, Asked>()
  let queue: Asked[] = []

  function hold(asked: Asked): void {
    held.set(asked.name, asked)
    asked.run(() => {
      const over = Promise.resolve(asked.grant({ name: asked.name, mode: 'exclusive' }))
      over.then(asked.resolve, asked.reject).finally(() => release(asked))
    })
  }

  function release(asked: Asked): void {
    if (held.get(asked.name) !== asked) return
    held.delete(asked.name)
    const next = queue.find(({ name }) => name === asked.name)
    if (next === undefined) return
    queue = queue.filter((one) => one !== next)
    hold(next)
  }

  function take(asked: Asked, { steal = false, ifAvailable = false, signal }: LockOptions): void {
    const holder = held.get(asked.name)
    if (steal) {
      holder?.run(() => holder.reject(new DOMException('the lock was stolen', 'AbortError')))
      hold(asked)
    } else if (holder === undefined) hold(asked)
    else if (ifAvailable) {
      asked.run(() => {
        Promise.resolve(asked.grant(null)).then(asked.resolve, asked.reject)
      })
    } else {
      queue.push(asked)
      signal?.addEventListener('abort', () => {
        if (!queue.includes(asked)) return
        queue = queue.filter((one) => one !== asked)
        asked.run(() => asked.reject(new DOMException('the request was called off', 'AbortError')))
      })
    }
  }

  return {
    locksOf(tab, run) {
      const request = (name: string, options: LockOptions, grant: (lock: Lock | null) => unknown) =>
        new Promise((resolve, reject) => take({ tab, name, run, grant, resolve, reject }, options))
      return { request } as LeaderEnvironment['locks']
    },
    drop(tab) {
      queue = queue.filter((asked) => asked.tab !== tab)
      for (const asked of [...held.values()]) if (asked.tab === tab) release(asked)
    },
  }
}
