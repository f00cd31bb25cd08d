const BEGUN_PX = 12
const DONE_PX = 64
const MOVED_MAX_PX = 80

export interface Swiping {
  /** Where it may begin; everywhere where that is left out. */
  from?: (event: PointerEvent) => boolean
  /** How far it has come, from 0 to 1, where it is done when the finger is lifted. */
  onmove?: (part: number) => void
  ondone: () => void
}

/**
 * An attachment: a finger drawn across, from where lines begin to where they end. Up and down is the page's own
 * scrolling, and what scrolls sideways by itself, as code does, is left to. The element needs `touch-action: pan-y`.
 * It goes along with the finger unless somebody wants less motion.
 */
export function swipe({ from = () => true, onmove, ondone }: Swiping): (element: HTMLElement) => () => void {
  return (element) => {
    let began: { id: number; x: number; y: number; isAcross: boolean; isStill: boolean } | null = null
    /** Listens to the rest only while a finger is down: a list has many of these. */
    let touched: AbortController | undefined

    function begin(event: PointerEvent): void {
      const isFree = event.target instanceof Element && !scrollsSideways(event.target, element)
      if (event.pointerType !== 'touch' || !event.isPrimary || !isFree || !from(event)) return
      const isStill = matchMedia('(prefers-reduced-motion: reduce)').matches
      began = { id: event.pointerId, x: event.clientX, y: event.clientY, isAcross: false, isStill }
      touched?.abort()
      touched = new AbortController()
      element.addEventListener('pointermove', move, touched)
      element.addEventListener('pointerup', lift, touched)
      element.addEventListener('pointercancel', end, touched)
    }

    function end(): void {
      began = null
      touched?.abort()
      element.style.removeProperty('translate')
      onmove?.(0)
    }

    function move(event: PointerEvent): void {
      if (began === null || event.pointerId !== began.id) return
      const sign = getComputedStyle(element).direction === 'rtl' ? -1 : 1
      const [across, along] = [(event.clientX - began.x) * sign, Math.abs(event.clientY - began.y)]
      if (!began.isAcross) {
        if (along > BEGUN_PX || across < -BEGUN_PX) return end()
        if (across < BEGUN_PX || across < 1.5 * along) return
        began.isAcross = true
        element.setPointerCapture(event.pointerId)
      }
      const moved = Math.max(0, Math.min(across, MOVED_MAX_PX))
      if (!began.isStill) element.style.translate = `${moved * sign}px`
      onmove?.(Math.min(1, moved / DONE_PX))
    }

    function lift(event: PointerEvent): void {
      if (began === null || event.pointerId !== began.id) return
      const sign = getComputedStyle(element).direction === 'rtl' ? -1 : 1
      const isDone = began.isAcross && (event.clientX - began.x) * sign >= DONE_PX
      end()
      if (isDone) ondone()
    }

    element.addEventListener('pointerdown', begin)
    return () => {
      element.removeEventListener('pointerdown', begin)
      touched?.abort()
    }
  }
}

function scrollsSideways(target: Element, within: HTMLElement): boolean {
  for (let element: Element | null = target; element !== null && element !== within; element = element.parentElement) {
    if (element.scrollWidth > element.clientWidth + 1 && /auto|scroll/.test(getComputedStyle(element).overflowX))
      return true
  }
  return false
}
