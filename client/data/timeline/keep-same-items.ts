import type { TimelineItem } from './timeline.ts'

/**
 * Of a conversation's items that are made anew with each change, those that say the same as before are the objects that
 * they were: what is drawn of them is not drawn again.
 */
export function keepSameItems(before: readonly TimelineItem[], now: readonly TimelineItem[]): TimelineItem[] {
  const known = new Map(before.map((item) => [item.key, item]))
  return now.map((item) => {
    const one = known.get(item.key)
    return one !== undefined && isSame(one, item) ? one : item
  })
}

/** Of plain values: objects, arrays, maps, and what is none of them. */
function isSame(one: unknown, other: unknown): boolean {
  if (Object.is(one, other)) return true
  if (typeof one !== 'object' || typeof other !== 'object' || one === null || other === null) return false
  if (one instanceof Map || other instanceof Map) {
    return one instanceof Map && other instanceof Map && isSame([...one], [...other])
  }
  const names = Object.keys(one)
  if (names.length !== Object.keys(other).length) return false
  return names.every((name) => name in other && isSame(Reflect.get(one, name), Reflect.get(other, name)))
}
