const HELD_MS = 450
const MOVED_PX = 10
const ENDS = ['pointerup', 'pointercancel', 'pointerleave'] as const

/**
 * An attachment: a finger held still on the element calls once. A list has many of these, so that each listens to little
 * before it is touched.
 */
export function longPress(call: () => void): (element: HTMLElement) => () => void {
  return (element) => {
    let timer: ReturnType<typeof setTimeout> | undefined
    let from = { x: 0, y: 0 }
    const stop = () => {
      clearTimeout(timer)
      element.removeEventListener('pointermove', move)
      for (const end of ENDS) element.removeEventListener(end, stop)
    }
    const start = (event: PointerEvent) => {
      if (event.pointerType !== 'touch') return
      from = { x: event.clientX, y: event.clientY }
      stop()
      element.addEventListener('pointermove', move)
      for (const end of ENDS) element.addEventListener(end, stop)
      timer = setTimeout(() => {
        swallowClick()
        call()
      }, HELD_MS)
    }
    const move = (event: PointerEvent) => {
      if (Math.hypot(event.clientX - from.x, event.clientY - from.y) > MOVED_PX) stop()
    }
    // The browser's own menu would open on top of ours.
    const noMenu = (event: MouseEvent) => {
      if (event instanceof PointerEvent && event.pointerType === 'touch') event.preventDefault()
    }
    element.addEventListener('pointerdown', start)
    element.addEventListener('contextmenu', noMenu)
    return () => {
      stop()
      element.removeEventListener('pointerdown', start)
      element.removeEventListener('contextmenu', noMenu)
    }
  }
}

/** The finger is lifted where something else may lie by then, which is not to take it for a click. */
function swallowClick(): void {
  const swallow = (event: Event) => {
    event.preventDefault()
    event.stopPropagation()
    forget()
  }
  const forget = () => {
    document.removeEventListener('click', swallow, true)
    document.removeEventListener('pointerdown', forget, true)
  }
  document.addEventListener('click', swallow, true)
  document.addEventListener('pointerdown', forget, true)
}
