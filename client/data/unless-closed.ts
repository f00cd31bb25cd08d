import { Dexie } from 'dexie'

/**
 * The work's answer, or undefined when the database was closed under it: whoever signs out, here or in
 * another tab, closes it under the screens that are just going away.
 */
export async function unlessClosed<Value>(work: Promise<Value>): Promise<Value | undefined> {
  try {
    return await work
  } catch (error) {
    if (error instanceof Dexie.DatabaseClosedError) return undefined
    throw error
  }
}
