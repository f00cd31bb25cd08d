/**
 * Of a list that is made anew again and again: what says the same as before is the same object as before, and so is the
 * list, so that only what changed is drawn again. For what can be written as JSON.
 */
export function createKeepSame<Item extends { id: string }>(): (items: Item[]) => Item[] {
  let before: Item[] = []
  let known = new Map<string, { item: Item; text: string }>()
  return (items) => {
    const now = new Map<string, { item: Item; text: string }>()
    for (const item of items) {
      const text = JSON.stringify(item)
      const one = known.get(item.id)
      now.set(item.id, one?.text === text ? one : { item, text })
    }
    known = now
    const kept = [...now.values()].map(({ item }) => item)
    if (kept.length !== before.length || kept.some((item, index) => item !== before[index])) before = kept
    return before
  }
}
