/** A function that runs `work`, never twice at a time: asked while running, it runs once more afterwards. */
export function singleFlight(work: () => Promise<void>, onError: (error: unknown) => void): () => void {
  let running = false
  let asked = 0
  async function run(): Promise<void> {
    running = true
    for (let done = -1; done < asked;) {
      done = asked
      await work().catch(onError)
    }
    // With nothing awaited in between: who asks from here on finds it ended, and starts it anew.
    running = false
  }
  return () => {
    asked += 1
    if (!running) void run()
  }
}
