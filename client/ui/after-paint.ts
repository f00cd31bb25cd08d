/** A page that is not shown paints nothing. */
const AT_LATEST_MS = 100

/** Calls once what was changed now is on the screen, or would be: what a key asks for comes after what it shows. */
export function afterPaint(call: () => void): void {
  let called = false
  const once = () => {
    if (called) return
    called = true
    clearTimeout(timer)
    call()
  }
  const timer = setTimeout(once, AT_LATEST_MS)
  if (typeof requestAnimationFrame === 'function') requestAnimationFrame(() => setTimeout(once))
}
