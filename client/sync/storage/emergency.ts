import type { Dexie } from 'dexie'
import { IDBFactory, IDBKeyRange } from 'fake-indexeddb'
import type { Backend } from './backend.ts'
import { carryBack, copyAll, openSecondConnection, type Copied, type OwnTable, type Schema } from './copies.ts'

/* What it takes to go on while the device stores nothing. It is loaded only then. */

export { tryToStore } from './trial.ts'

/** An IndexedDB that lives as long as its tab. */
export function createMemory(): Backend {
  return { indexedDB: new IDBFactory(), IDBKeyRange }
}

/** Copies a database from one storage to another. */
export function copyDatabase(schema: Schema, from: Backend, to: Backend, own: readonly OwnTable[]): Promise<Copied> {
  return between(schema, from, to, (source, target) => copyAll(source, target, own))
}

/** Stores what has changed in the copy since. */
export function carryDatabase(
  schema: Schema,
  from: Backend,
  to: Backend,
  copied: Copied,
  own: readonly OwnTable[],
): Promise<Copied> {
  return between(schema, from, to, (source, target) => carryBack(source, target, copied, own))
}

/** Lends two connections to one database, over two storages. */
async function between<Answer>(
  schema: Schema,
  from: Backend,
  to: Backend,
  work: (source: Dexie, target: Dexie) => Promise<Answer>,
): Promise<Answer> {
  const [source, target] = [openSecondConnection(schema, from), openSecondConnection(schema, to)]
  try {
    return await work(source, target)
  } finally {
    source.close()
    target.close()
  }
}
