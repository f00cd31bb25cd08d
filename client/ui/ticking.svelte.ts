/** The time as rune state, no older than `everyMs`; while a component is made. */
export function ticking(now: () => number, everyMs = 60_000): { readonly now: number } {
  let time = $state(now())
  $effect(() => {
    const timer = setInterval(() => (time = now()), everyMs)
    return () => clearInterval(timer)
  })
  return {
    get now() {
      return time
    },
  }
}
