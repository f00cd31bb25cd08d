/** Does work again and again; returns the function that stops it. Tests bring their own. */
export type Every = (ms: number, work: () => void) => () => void

export const every: Every = (ms, work) => {
  const timer = setInterval(work, ms)
  timer.unref()
  return () => clearInterval(timer)
}
