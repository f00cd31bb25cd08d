/** What is made when it is first asked for, and once: what costs a phone time, and not every page needs. */
export function lazily<Value extends object>(make: () => Value): () => Value {
  let made: Value | undefined
  return () => (made ??= make())
}
