import { swipe } from './swipe.ts'

/** From so near the edge where lines begin, a finger turns the page. */
const EDGE_PX = 28

/** Whether a finger comes from the edge where lines begin. */
export function isFromEdge({ clientX, currentTarget }: PointerEvent): boolean {
  if (!(currentTarget instanceof Element)) return false
  const { left, right } = currentTarget.getBoundingClientRect()
  return getComputedStyle(currentTarget).direction === 'rtl' ? clientX > right - EDGE_PX : clientX < left + EDGE_PX
}

/** An attachment: drawn across from the edge, or over a header, a finger goes where the arrow that it sees leads. */
export function swipeBack(element: HTMLElement): () => void {
  let header: Element | null = null
  return swipe({
    from(event) {
      header = event.target instanceof Element ? event.target.closest('header') : null
      return header !== null || isFromEdge(event)
    },
    ondone() {
      const arrows = [...(header ?? element).querySelectorAll<HTMLElement>('[data-up]')]
      arrows.findLast((arrow) => arrow.checkVisibility())?.click()
    },
  })(element)
}
