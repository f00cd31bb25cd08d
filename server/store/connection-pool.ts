/** Connections that are lent to one at a time, in the order in which they were asked for. */
export interface ConnectionPool<Connection> {
  readonly all: readonly Connection[]
  /** Resolves with a connection that is the caller's until it is given back. */
  take(): Promise<Connection>
  giveBack(connection: Connection): void
}

/** `handOver` lends a connection to whoever waits, at once or when it is their turn. */
export function createPool<Connection>(
  all: readonly Connection[],
  handOver: (lend: () => void) => void = (lend) => lend(),
): ConnectionPool<Connection> {
  const idle = [...all]
  const waiting: ((connection: Connection) => void)[] = []
  return {
    all,
    async take() {
      return idle.pop() ?? new Promise((lend) => waiting.push(lend))
    },
    giveBack(connection) {
      const lend = waiting.shift()
      if (lend === undefined) idle.push(connection)
      else handOver(() => lend(connection))
    },
  }
}

/**
 * Runs `work` while every connection of these pools is ours, taken in their order, and tells whether it
 * did: if they are not all free within `ms` it leaves them to the others.
 */
export async function useAll<Connection>(
  pools: readonly ConnectionPool<Connection>[],
  ms: number,
  work: () => void,
): Promise<boolean> {
  const until = performance.now() + ms
  const taken: (() => void)[] = []
  try {
    for (const pool of pools) {
      for (const _ of pool.all) {
        const connection = await takeWithin(pool, until - performance.now())
        if (connection === undefined) return false
        taken.push(() => pool.giveBack(connection))
      }
    }
    work()
    return true
  } finally {
    for (const giveBack of taken) giveBack()
  }
}

async function takeWithin<Connection>(pool: ConnectionPool<Connection>, ms: number): Promise<Connection | undefined> {
  const taken = pool.take()
  let timer: NodeJS.Timeout | undefined
  const tooLate = new Promise<undefined>((resolve) => {
    timer = setTimeout(() => resolve(undefined), Math.max(0, ms))
  })
  const connection = await Promise.race([taken, tooLate])
  clearTimeout(timer)
  if (connection === undefined) void taken.then((late) => pool.giveBack(late))
  return connection
}
