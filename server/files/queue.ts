export interface Queue {
  /** Runs `work` when its turn comes. */
  run<Answer>(work: () => Promise<Answer>): Promise<Answer>
}

/** Work of which so much runs at once, in the order in which it came. */
export function createQueue(atOnce: number): Queue {
  const waiting: (() => void)[] = []
  let running = 0
  return {
    async run(work) {
      if (running >= atOnce) await new Promise<void>((resolve) => waiting.push(resolve))
      else running += 1
      try {
        return await work()
      } finally {
        const next = waiting.shift()
        if (next === undefined) running -= 1
        else next()
      }
    },
  }
}
