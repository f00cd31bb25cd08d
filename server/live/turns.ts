/**
 * Does so many pieces of work in one turn of the event loop at most: thousands that fall due together would be one long turn,
 * in which nobody else is heard. Resolves when the piece is done, in the order in which they were given.
 */
export function createTurns(worksMax: number): (work: () => void) => Promise<void> {
  const waiting: (() => void)[] = []
  let left = worksMax
  let isCounting = false

  function count(): void {
    isCounting = true
    setImmediate(() => {
      isCounting = false
      left = worksMax
      const due = waiting.splice(0, worksMax)
      left -= due.length
      if (due.length > 0) count()
      for (const run of due) run()
    })
  }

  return (work) =>
    new Promise((resolve) => {
      const run = () => resolve(new Promise<void>((done) => done(work())))
      if (!isCounting) count()
      if (left === 0 || waiting.length > 0) waiting.push(run)
      else {
        left -= 1
        run()
      }
    })
}
