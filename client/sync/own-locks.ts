import type { LeaderEnvironment } from './leader.ts'

/**
 * Locks for a page that has none of the browser's, because it was opened over http: it takes itself for the only tab.
 * Should there be another one all the same, both lead, which breaks nothing.
 */
export function createOwnLocks(): LeaderEnvironment['locks'] {
  const held = new Map<string, Promise<unknown>>()
  const request = async (
    name: string,
    ...rest: [LockGrantedCallback<unknown>] | [LockOptions, LockGrantedCallback<unknown>]
  ) => {
    const [options, work] = rest.length === 1 ? [{}, rest[0]] : rest
    const before = held.get(name)
    if (before !== undefined && options.ifAvailable === true) return work(null)
    const done = Promise.resolve(options.steal === true ? undefined : before).then(() =>
      work({ name, mode: 'exclusive' }),
    )
    const over = done.then(
      () => undefined,
      () => undefined,
    )
    held.set(name, over)
    await over
    if (held.get(name) === over) held.delete(name)
    return done
  }
  return { request: request }
}
