import { Dexie, type Table } from 'dexie'
import type { Backend } from './backend.ts'
import { toStorageFailure, type StorageFailure } from './storage-failure.ts'

/** What a trial writes: where no more than this is free, the next page of a log has no room. */
const PARTS = 16
const PART_BYTES = 64 * 1024

class TrialDatabase extends Dexie {
  declare parts: Table<{ id: number; bytes: Uint8Array<ArrayBuffer> }, number>

  constructor({ indexedDB, IDBKeyRange }: Backend) {
    super('chatbox-trial', { indexedDB, IDBKeyRange })
    this.version(1).stores({ parts: 'id' })
  }
}

/** Stores something for a moment; returns how that failed. */
export async function tryToStore(backend: Backend): Promise<StorageFailure | undefined> {
  const db = new TrialDatabase(backend)
  try {
    await db.parts.bulkPut(Array.from({ length: PARTS }, (_, id) => ({ id, bytes: createNoise() })))
    await db.parts.clear()
    return undefined
  } catch (error) {
    return toStorageFailure(error) ?? 'broken'
  } finally {
    db.close()
  }
}

/** Nothing makes it smaller. */
function createNoise(): Uint8Array<ArrayBuffer> {
  return crypto.getRandomValues(new Uint8Array(PART_BYTES))
}
