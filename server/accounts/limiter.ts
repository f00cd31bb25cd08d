/** Runs work side by side, but never more than `width` at once. What cannot even wait is not begun. */
export interface Limiter {
  /** Undefined when `waitingMax` others wait already. */
  run<Answer>(work: () => Promise<Answer>): Promise<Answer> | undefined
}

export function createLimiter(width: number, waitingMax: number): Limiter {
  const waiting: (() => void)[] = []
  let running = 0

  async function pass<Answer>(work: () => Promise<Answer>): Promise<Answer> {
    if (running < width) running += 1
    else await new Promise<void>((resolve) => waiting.push(resolve))
    try {
      return await work()
    } finally {
      // Whoever waits longest takes over, which is why `running` stays as it is.
      const next = waiting.shift()
      if (next === undefined) running -= 1
      else next()
    }
  }

  return { run: (work) => (running >= width && waiting.length >= waitingMax ? undefined : pass(work)) }
}
