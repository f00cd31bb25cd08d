interface Item {
  id: string
}

/**
 * The items in the order in which they stand already, new ones behind: so that nothing moves under a finger, or
 * before the eyes of whoever reads it. What is gone is left out.
 */
export function keepOrder<One extends Item>(shown: readonly string[], next: readonly One[]): One[] {
  const byId = new Map(next.map((item) => [item.id, item]))
  const kept = shown.flatMap((id) => byId.get(id) ?? [])
  const known = new Set(shown)
  return [...kept, ...next.filter(({ id }) => !known.has(id))]
}
