import { liveQuery as dexieQuery, type Observable } from 'dexie'
import { createObservable } from '../observable.ts'
import { deviceStorage } from './device-storage.ts'

/**
 * Dexie's `liveQuery`, asked again when the databases can be opened after all: the one that Dexie gives ends without a
 * word where a database could not be opened for its first answer. One that has answered goes on by itself.
 */
export function liveQuery<Value>(query: () => Value | Promise<Value>): Observable<Value> {
  return createObservable(({ next, error }) => {
    let hasAnswered = false
    const ask = () =>
      dexieQuery(query).subscribe({
        next(value) {
          hasAnswered = true
          next(value)
        },
        error,
      })
    let subscription = ask()
    const stopListening = deviceStorage.onExchange(() => {
      if (hasAnswered) return
      subscription.unsubscribe()
      subscription = ask()
    })
    return () => {
      stopListening()
      subscription.unsubscribe()
    }
  })
}
