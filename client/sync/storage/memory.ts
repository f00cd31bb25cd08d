import { IDBFactory, IDBKeyRange } from 'fake-indexeddb'
import type { Backend } from './backend.ts'

/** An IndexedDB that lives as long as its tab. It is loaded when the device's own stores nothing. */
export function createMemory(): Backend {
  return { indexedDB: new IDBFactory(), IDBKeyRange }
}
