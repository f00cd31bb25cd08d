import { Dexie, type DexieDOMDependencies } from 'dexie'

/** An IndexedDB: the browser's own, or one in memory. */
export type Backend = DexieDOMDependencies

/** The device's own. */
export function ownBackend(): Backend {
  return Dexie.dependencies
}

const refuse = () => {
  throw new Dexie.MissingAPIError('This browser has no IndexedDB.')
}
const NO_DATABASE = { open: refuse, deleteDatabase: refuse, databases: refuse, cmp: refuse }

/** Where a browser has none, all that asks for one hears so; Dexie by itself would just never answer a live query. */
export function standInForMissing(dependencies: Partial<Backend> = Dexie.dependencies): void {
  dependencies.indexedDB ??= NO_DATABASE
}

/** One that is whichever there is at the moment of a call, so that a database is closed, and opened again as another. */
export function forward(current: () => Backend) {
  return {
    indexedDB: {
      open: (name: string, version?: number) => current().indexedDB.open(name, version),
      deleteDatabase: (name: string) => current().indexedDB.deleteDatabase(name),
      databases: () => current().indexedDB.databases(),
      cmp: (one: unknown, other: unknown) => current().indexedDB.cmp(one, other),
    },
    IDBKeyRange: {
      only: (key: unknown) => current().IDBKeyRange.only(key),
      bound: (...args: Parameters<typeof IDBKeyRange.bound>) => current().IDBKeyRange.bound(...args),
      lowerBound: (...args: Parameters<typeof IDBKeyRange.lowerBound>) => current().IDBKeyRange.lowerBound(...args),
      upperBound: (...args: Parameters<typeof IDBKeyRange.upperBound>) => current().IDBKeyRange.upperBound(...args),
    },
  }
}
