import type { Environment } from '../../sync/environment.ts'

/**
 * Starts what is loaded only after a classroom is on the screen; what the returned function ends. Where the network
 * went away before it was loaded, it is tried again when somebody turns to the page.
 */
export function startLater<Module>(
  environment: Pick<Environment, 'onWake' | 'onError'>,
  load: () => Promise<Module>,
  start: (module: Module) => () => void,
): () => void {
  let stop: (() => void) | null = null
  let loading: Promise<void> | null = null
  const ended = new AbortController()

  const begin = (): void => {
    if (stop !== null || loading !== null || ended.signal.aborted) return
    loading = load()
      .then(
        (module) => {
          if (!ended.signal.aborted) stop = start(module)
        },
        (error: unknown) => environment.onError(error),
      )
      .finally(() => (loading = null))
  }
  const stopWaking = environment.onWake(begin)
  begin()
  return () => {
    ended.abort()
    stopWaking()
    stop?.()
  }
}
