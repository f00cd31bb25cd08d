/** A part of an item that fills the screen, and how far below the upper edge it begins. */
export interface Eye {
  element: Element
  top: number
}

/**
 * What one reads at the upper edge inside an item that begins above it: a formula or a picture that grows higher up
 * in the same item moves nothing then. Null where the item has no parts.
 */
export function findEye(item: Element, edge: number): Eye | null {
  let element = item
  for (;;) {
    const parts = [...element.children].map((child) => ({ child, ...toSpan(child, edge) }))
    const across = parts.find(({ top, bottom }) => top < 0 && bottom > 1)
    const part = across ?? parts.find(({ top, bottom }) => top >= 0 && bottom > top)
    if (part === undefined) break
    element = part.child
    if (across === undefined) break
  }
  return element === item ? null : { element, top: toSpan(element, edge).top }
}

export function toSpan(element: Element, edge: number): { top: number; bottom: number } {
  const { top, bottom } = element.getBoundingClientRect()
  return { top: top - edge, bottom: bottom - edge }
}
