/** Somebody who scrolls past is not asked about. */
const STILL_MS = 200

/**
 * An attachment for each of many elements that calls `onchange` with the ids of those on the screen, once
 * these have stayed the same for a moment.
 */
export function createOnScreen(onchange: (ids: readonly string[]) => void): {
  attach(id: string): (element: Element) => () => void
  stop(): void
} {
  const ids = new Map<Element, string>()
  const shown = new Set<Element>()
  let timer: ReturnType<typeof setTimeout> | undefined
  let reported = ''

  const later = () => {
    clearTimeout(timer)
    timer = setTimeout(report, STILL_MS)
  }
  const report = () => {
    const found = [...new Set([...shown].flatMap((element) => ids.get(element) ?? []))].sort()
    if (found.join() === reported) return
    reported = found.join()
    onchange(found)
  }
  const observer = new IntersectionObserver((entries) => {
    for (const { target, isIntersecting } of entries) {
      if (isIntersecting) shown.add(target)
      else shown.delete(target)
    }
    later()
  })

  return {
    attach: (id) => (element) => {
      ids.set(element, id)
      observer.observe(element)
      return () => {
        ids.delete(element)
        observer.unobserve(element)
        if (shown.delete(element)) later()
      }
    },
    stop() {
      clearTimeout(timer)
      observer.disconnect()
    },
  }
}
