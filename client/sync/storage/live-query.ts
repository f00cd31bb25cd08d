import { liveQuery as dexieQuery, type Observable } from 'dexie'
import { createObservable } from '../observable.ts'
import { deviceStorage } from './device-storage.ts'

/**
 * Dexie's `liveQuery`, asked again when the databases hold something else than before: the one that Dexie gives ends
 * without a word where a database could not be opened, also when it can be a moment later.
 */
export function liveQuery<Value>(query: () => Value | Promise<Value>): Observable<Value> {
  return createObservable(({ next, error }) => {
    const ask = () => dexieQuery(query).subscribe({ next, error })
    let subscription = ask()
    const stopListening = deviceStorage.onExchange(() => {
      subscription.unsubscribe()
      subscription = ask()
    })
    return () => {
      stopListening()
      subscription.unsubscribe()
    }
  })
}
