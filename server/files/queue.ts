export interface Queue {
  /** Runs `work` when its turn comes. Who has much waiting has turns no more often than who has little. */
  run<Answer>(work: () => Promise<Answer>, whose?: string): Promise<Answer>
}

/** Work of which so much runs at once: one piece of everybody's, in turn, and of each one's in the order in which it came. */
export function createQueue(atOnce: number): Queue {
  /** Whoever has something waiting, in the order of their next turns. */
  const waiting = new Map<string, (() => void)[]>()
  let running = 0

  function wait(whose: string): Promise<void> {
    return new Promise((resolve) => {
      const own = waiting.get(whose)
      if (own === undefined) waiting.set(whose, [resolve])
      else own.push(resolve)
    })
  }

  function startNext(): void {
    const [next] = waiting
    if (next === undefined) {
      running -= 1
      return
    }
    const [whose, [start, ...rest]] = next
    waiting.delete(whose)
    if (rest.length > 0) waiting.set(whose, rest)
    start?.()
  }

  return {
    async run(work, whose = '') {
      if (running >= atOnce) await wait(whose)
      else running += 1
      try {
        return await work()
      } finally {
        startNext()
      }
    },
  }
}
