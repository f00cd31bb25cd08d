export interface Debounced<Value> {
  /** Calls with the latest value once nothing has come for a while. */
  (value: Value): void
  /** Calls now if something is pending. */
  flush(): void
  cancel(): void
}

export function debounce<Value>(call: (value: Value) => void, ms: number): Debounced<Value> {
  let pending: { value: Value; timer: ReturnType<typeof setTimeout> } | null = null
  const take = (): { value: Value } | null => {
    const taken = pending
    if (taken !== null) clearTimeout(taken.timer)
    pending = null
    return taken
  }
  const flush = () => {
    const taken = take()
    if (taken !== null) call(taken.value)
  }
  const later = (value: Value) => {
    take()
    pending = { value, timer: setTimeout(flush, ms) }
  }
  return Object.assign(later, { flush, cancel: () => void take() })
}
