import type { Observable, Observer, Subscription } from 'dexie'

export interface Sink<Value> {
  next(value: Value): void
  error(error: unknown): void
}

/** What `start` tells, to each who subscribes; the function that it returns ends that. */
export function createObservable<Value>(start: (sink: Sink<Value>) => () => void): Observable<Value> {
  const observable: Observable<Value> = {
    subscribe(
      first?: Partial<Observer<Value>> | ((value: Value) => void) | null,
      error?: ((error: unknown) => void) | null,
    ) {
      const observer = typeof first === 'function' ? { next: first, error: error ?? undefined } : (first ?? {})
      let closed = false
      const stop = start({
        next: (value) => {
          if (!closed) observer.next?.(value)
        },
        error: (failure) => {
          if (!closed) observer.error?.(failure)
        },
      })
      const subscription: Subscription = {
        get closed() {
          return closed
        },
        unsubscribe() {
          if (closed) return
          closed = true
          stop()
        },
      }
      return subscription
    },
    [Symbol.observable]: () => ({ subscribe: (observer) => observable.subscribe(observer as Observer<Value>) }),
  }
  return observable
}

/** The latest of both, made one, each time that one of them has changed; nothing before both are there. */
export function combine<One, Other, Value>(
  one: Observable<One>,
  other: Observable<Other>,
  make: (one: One, other: Other) => Value,
): Observable<Value> {
  return createObservable((sink) => {
    let [first, second]: [{ value: One } | null, { value: Other } | null] = [null, null]
    const emit = () => {
      if (first !== null && second !== null) sink.next(make(first.value, second.value))
    }
    const onError = (error: unknown) => sink.error(error)
    const subscriptions = [
      one.subscribe((value) => {
        first = { value }
        emit()
      }, onError),
      other.subscribe((value) => {
        second = { value }
        emit()
      }, onError),
    ]
    return () => subscriptions.forEach((subscription) => subscription.unsubscribe())
  })
}
