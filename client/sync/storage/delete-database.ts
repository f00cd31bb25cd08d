import { Dexie } from 'dexie'
import { deviceStorage } from './device-storage.ts'

/** Removes a database for good, wherever it is. */
export async function deleteDatabase(name: string): Promise<void> {
  deviceStorage.forget(name)
  await Dexie.delete(name)
}

/** The names of all databases that this tab can open. */
export async function listDatabases(): Promise<string[]> {
  return [...new Set([...(await Dexie.getDatabaseNames()), ...deviceStorage.names()])]
}
