/** Something that is loaded when first asked for. */
export interface LoadOnce<Value> {
  /** What was loaded, or undefined before. */
  readonly value: Value | undefined
  /** Loads it, or gives what was loaded. Rejects when it cannot be loaded; the next call tries again. */
  load(): Promise<Value>
}

export function createLoadOnce<Value>(load: () => Promise<Value>): LoadOnce<Value> {
  let value: Value | undefined
  let loading: Promise<Value> | undefined
  return {
    get value() {
      return value
    },
    load() {
      loading ??= load().then(
        (loaded) => (value = loaded),
        (error: unknown) => {
          loading = undefined
          throw error
        },
      )
      return loading
    },
  }
}
