/** A function that runs `work`, never twice at a time: asked while running, it runs once more afterwards. */
export function singleFlight(work: () => Promise<void>, onError: (error: unknown) => void): () => void {
  let running = false
  let again = false
  async function run(): Promise<void> {
    do {
      again = false
      await work()
    } while (again)
  }
  return () => {
    again = true
    if (running) return
    running = true
    run()
      .catch(onError)
      .finally(() => {
        running = false
      })
  }
}
