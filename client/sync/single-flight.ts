/** A function that runs `work`, never twice at a time: asked while running, it runs once more afterwards. */
export function singleFlight(work: () => Promise<void>, onError: (error: unknown) => void): () => void {
  let running = false
  let again = false
  async function run(): Promise<void> {
    running = true
    do {
      again = false
      await work().catch(onError)
    } while (again)
    // With nothing awaited in between: who asks from here on finds it ended, and starts it anew.
    running = false
  }
  return () => {
    again = true
    if (!running) void run()
  }
}
