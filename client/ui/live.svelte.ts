import type { Observable } from 'dexie'

/** Dexie says the same of one that could not be opened, with the reason in it. */
function isClosed(error: unknown): boolean {
  if (!(error instanceof Error) || error.name !== 'DatabaseClosedError') return false
  return !('inner' in error) || error.inner === null || error.inner === undefined
}

/**
 * The latest value of an Observable as rune state, undefined before the first. Follows whatever state
 * `source` reads. A query that fails throws where its value is read, so that a boundary can say so.
 */
export function live<Value>(source: () => Observable<Value>): { readonly value: Value | undefined } {
  let value = $state.raw<Value>()
  let failure = $state.raw<{ error: unknown } | null>(null)
  $effect.pre(() => {
    const subscription = source().subscribe({
      next: (next) => {
        value = next
      },
      error: (error) => {
        // Closed by signing out, here or in another tab: the screen is just going away.
        if (isClosed(error)) return
        failure = { error }
      },
    })
    return () => subscription.unsubscribe()
  })
  return {
    get value() {
      if (failure !== null) throw failure.error
      return value
    },
  }
}
