interface TickingClock {
  now(): number
  onCorrection?(listener: () => void): () => void
}

/** The time as rune state, no older than `everyMs`; while a component is made. */
export function ticking(clock: TickingClock, everyMs = 60_000): { readonly now: number } {
  let time = $state(clock.now())
  const look = () => (time = clock.now())
  $effect(() => {
    const timer = setInterval(look, everyMs)
    return () => clearInterval(timer)
  })
  $effect(() => clock.onCorrection?.(look))
  return {
    get now() {
      return time
    },
  }
}
