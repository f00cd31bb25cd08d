const LEAST = 0.3
const STEPS = 7

/** An attachment that makes what is in an element as large as it can be without being cut: `--fit` is from 0.3 to 1. */
export function fit(element: HTMLElement): () => void {
  const set = (scale: number) => element.style.setProperty('--fit', String(scale))
  const isWhole = () =>
    element.scrollHeight <= element.clientHeight + 1 && element.scrollWidth <= element.clientWidth + 1
  const measure = () => {
    set(1)
    if (isWhole()) return
    let [low, high] = [LEAST, 1]
    for (let step = 0; step < STEPS; step++) {
      const middle = (low + high) / 2
      set(middle)
      if (isWhole()) low = middle
      else high = middle
    }
    set(low)
  }
  const sizes = new ResizeObserver(measure)
  sizes.observe(element)
  const content = new MutationObserver(measure)
  content.observe(element, { childList: true, subtree: true, characterData: true })
  measure()
  return () => {
    sizes.disconnect()
    content.disconnect()
  }
}
