/*
 * Which of a long list's items are drawn, and where, so that what one reads never moves.
 *
 *        ┌ before ┐   an empty space as high as the items above are guessed to be
 *        │ item   │   drawn: what is on the screen, and a little above and below
 *   ═════│ item   │═════ the upper edge of the screen
 *        │ ANCHOR │   the first item that is wholly on the screen: it stays where it is, whatever
 *        │ item   │   comes, goes or grows above or below it
 *   ═════│ item   │═════ the lower edge
 *        └ after  ┘
 *
 * The guess is wrong, and found to be wrong when an item is drawn for the first time. Then `before`
 * gives way, not the scroll position: a finger or wheel that is scrolling is not disturbed. Only where
 * the first item is drawn, or no space is left, the scroll position is set.
 */

/** An item and how far below the upper edge of the screen it begins; or the end of the list, at the lower edge. */
export type Anchor = ItemAnchor | { kind: 'end' }

interface ItemAnchor {
  kind: 'item'
  key: string
  top: number
}

export interface View {
  scrollTop: number
  height: number
}

export interface List {
  keys: readonly string[]
  heightOf: (key: string) => number
}

export interface Layout {
  /** Items from `start` up to, but without, `end` are drawn. */
  start: number
  end: number
  before: number
  after: number
  /** Where to scroll; null is to stay. */
  scrollTop: number | null
}

/** So far down the screen, a part of its height, an item is no better anchor than one that began above it. */
const LOW = 0.3
/** What is drawn beyond the edges of the screen, in pixels. */
const BEYOND_PX = 600
/** So little of it may be left before more is drawn: several items at once, for each time costs as much as some items. */
const ENOUGH_PX = 400

/** `exact` gives the space above the height that is guessed now: only while nobody scrolls. */
export function layOut(list: List, anchor: Anchor, view: View, exact = false): Layout {
  const { keys, heightOf } = list
  const at = anchor.kind === 'end' ? keys.length : keys.indexOf(anchor.key)
  const top = anchor.kind === 'end' || at === -1 ? view.height : anchor.top
  let start = at === -1 ? keys.length : at
  let above = top
  while (start > 0 && above > -BEYOND_PX) above -= heightAt(list, --start)
  if (start === 0) above = Math.min(0, above)
  let end = start
  let bottom = above
  while (end < keys.length && bottom < view.height + BEYOND_PX) bottom += heightAt(list, end++)
  // Too little follows for the anchor to be so high: the end is below it, until more comes.
  if (anchor.kind === 'item' && end === keys.length && bottom < view.height) return layOut(list, { kind: 'end' }, view)
  const after = sum(keys.slice(end), heightOf)
  const floating = view.scrollTop + above
  if (start > 0 && anchor.kind === 'item' && floating > 0 && !exact) {
    return { start, end, before: floating, after, scrollTop: null }
  }
  const before = sum(keys.slice(0, start), heightOf)
  const scrollTop = anchor.kind === 'end' ? Number.MAX_SAFE_INTEGER : Math.max(0, before - above)
  return { start, end, before, after, scrollTop: Math.abs(scrollTop - view.scrollTop) < 1 ? null : scrollTop }
}

/**
 * Whether what is drawn can stay when somebody has scrolled: it stands where it belongs, and reaches far enough beyond the
 * edges of the screen, or to the ends of the list.
 */
export function canStay(list: List, layout: Layout, anchor: Anchor, view: View): boolean {
  const { start, end, before } = layout
  if (start > 0 && before > view.scrollTop - ENOUGH_PX) return false
  const bottom = before + sum(list.keys.slice(start, end), list.heightOf)
  if (end < list.keys.length && bottom < view.scrollTop + view.height + ENOUGH_PX) return false
  return layOut(list, anchor, view).scrollTop === null
}

/**
 * The first item that begins on the screen; the one that fills it, where none does. One that is drawn
 * already comes before all others: only it is seen to move.
 */
export function findAnchor(list: List, { start, end, before }: Layout, view: View): Anchor {
  const { keys } = list
  let index = Math.min(start, keys.length - 1)
  let top = before - view.scrollTop
  while (index > 0 && top > 0) top -= heightAt(list, --index)
  while (index < keys.length - 1 && top + heightAt(list, index) <= 0) top += heightAt(list, index++)
  let found: (ItemAnchor & { isDrawn: boolean }) | null = null
  for (; index < keys.length && top < view.height; top += heightAt(list, index++)) {
    const isDrawn = index >= start && index < end
    const isBetter = found === null || (isDrawn && (!found.isDrawn || (found.top < 0 && top < view.height * LOW)))
    if (isBetter) found = { kind: 'item', key: keys[index] ?? '', top, isDrawn }
    if (isDrawn && top >= 0) break
  }
  return found === null ? { kind: 'end' } : { kind: 'item', key: found.key, top: found.top }
}

/** The first and the last item that are wholly on the screen, or fill it; -1 where there are none. */
export function findSeen(list: List, { start, end, before }: Layout, view: View): { first: number; last: number } {
  let [first, last] = [-1, -1]
  for (let index = start, top = before - view.scrollTop; index < end; index++) {
    const bottom = top + heightAt(list, index)
    const isSeen = bottom <= view.height + 1 ? bottom > 0 && (top >= -1 || bottom > view.height / 2) : top <= 0
    if (isSeen) {
      if (first === -1) first = index
      last = index
    }
    top = bottom
  }
  return { first, last }
}

function heightAt({ keys, heightOf }: List, index: number): number {
  const key = keys[index]
  return key === undefined ? 0 : heightOf(key)
}

function sum(keys: readonly string[], heightOf: (key: string) => number): number {
  let height = 0
  for (const key of keys) height += heightOf(key)
  return height
}
