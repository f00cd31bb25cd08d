import { findIssuer, findPin, isTrusted } from './held-key.ts'
import { hashOf } from './secrets.ts'
import type { ClassroomTables, ClassroomWriter } from './tables.ts'

/*
 * An issuer that gave everybody a key of their own could tell them apart. So a device holds a classroom
 * to one key: the one that its link names, or else the one that the list of classrooms named to its
 * account, or else the first that it saw. To any other key nothing is sent, and no token is asked of it.
 */

/** Holds the classroom to this key, unless it is held to one already; returns the one that it is held to. */
export async function pinKey({ transact }: ClassroomWriter, keyHash: string | null): Promise<string | null> {
  return transact((tables) => pinIn(tables, keyHash))
}

/** Looks at the key that the server tells, and returns whether it is the one that the classroom is held to. */
export async function checkIssuer({ transact }: ClassroomWriter, linkKeyHash: string | null): Promise<boolean> {
  return transact(async (tables) => {
    const [row] = await tables.classroom.toArray()
    if (row === undefined) return true
    const { issuer } = row
    const known = await findIssuer(tables)
    const keyHash = known?.issuer === issuer ? known.keyHash : issuer === null ? null : hashOf(issuer)
    if (known?.issuer !== issuer) await tables.meta.bulkPut([{ key: 'issuer', issuer, keyHash }])
    await pinIn(tables, linkKeyHash ?? keyHash)
    return isTrusted(tables, linkKeyHash)
  })
}

async function pinIn(tables: ClassroomTables, keyHash: string | null): Promise<string | null> {
  const pinned = await findPin(tables)
  if (pinned !== undefined) return pinned.keyHash
  await tables.meta.bulkPut([{ key: 'pin', keyHash }])
  return keyHash
}
