import { IDBFactory, IDBKeyRange, type IDBDatabase as FakeDatabase, forceCloseDatabase } from 'fake-indexeddb'
import type { Backend } from '../../../../client/sync/storage/backend.ts'

const createEmpty = (): Backend => ({ indexedDB: new IDBFactory(), IDBKeyRange })

/** What happens when something is stored. */
export type Fault = 'at once' | 'at the end' | 'never opened'

/** A device's IndexedDB, of which a test says when it stores nothing. */
export function createDisk() {
  const backend = createEmpty()
  const { indexedDB } = backend
  const connections = new Set<IDBDatabase>()
  let fault: Fault | undefined
  /** The stores that fail; all without any. */
  let names: readonly string[] = []
  let error = () => new DOMException('no room', 'QuotaExceededError')

  const open = indexedDB.open.bind(indexedDB)
  indexedDB.open = (name, version) => {
    if (fault === 'never opened') throw error()
    const request = open(name, version)
    request.addEventListener('success', () => {
      connections.add(request.result)
      fail(request.result)
    })
    return request
  }

  function fail(db: IDBDatabase): void {
    const begin = db.transaction.bind(db)
    db.transaction = (...args) => {
      const transaction = begin(...args)
      const find = transaction.objectStore.bind(transaction)
      transaction.objectStore = (name) => {
        const store = find(name)
        const fails = () => fault !== undefined && (names.length === 0 || names.includes(name))
        for (const method of ['put', 'add'] as const) {
          const write = store[method].bind(store)
          store[method] = (value: unknown, key?: IDBValidKey) => {
            if (fault === 'at once' && fails()) throw error()
            const request = key === undefined ? write(value) : write(value, key)
            if (fault === 'at the end' && fails()) request.addEventListener('success', () => abort(transaction))
            return request
          }
        }
        return store
      }
      return transaction
    }
  }

  /** As a browser does that finds only at the end that there is no room. */
  function abort(transaction: IDBTransaction): void {
    const inner = transaction as unknown as { _state: string; _abort(name: string): void }
    if (inner._state !== 'finished') inner._abort(error().name)
  }

  return {
    backend,
    fill(how: Fault = 'at once', only: readonly string[] = []) {
      fault = how
      names = only
    },
    break(name: string) {
      fault = 'at once'
      error = () => new DOMException('broken', name)
    },
    free() {
      fault = undefined
    },
    /** The browser takes a database away to make room. */
    async evict(name: string) {
      for (const db of connections) if (db.name === name) forceCloseDatabase(db as unknown as typeof FakeDatabase)
      await new Promise((resolve, reject) => {
        const request = indexedDB.deleteDatabase(name)
        request.onsuccess = resolve
        request.onerror = reject
      })
    },
  }
}
