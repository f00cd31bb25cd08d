import type { RowTable } from '../log/kind.ts'
import type { IssuerMeta, PinMeta, RoomMeta } from './database.ts'
import { hashOf } from './secrets.ts'
import { findRow, type ClassroomTables, type ClassroomWriter } from './tables.ts'

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

/** Whether the row that is here now has the key that was looked at, and that is the right one. */
export async function isTrusted(tables: ClassroomTables, linkKeyHash: string | null): Promise<boolean> {
  const [[row], issuer, pin] = [await tables.classroom.toArray(), await findIssuer(tables), await findPin(tables)]
  if (row === undefined || issuer === undefined || pin === undefined) return false
  const isPinned = issuer.issuer === row.issuer && issuer.keyHash === pin.keyHash
  return isPinned && (linkKeyHash === null || linkKeyHash === issuer.keyHash)
}

interface MetaTable {
  meta: Pick<RowTable<RoomMeta, string>, 'bulkGet'>
}

export async function findIssuer({ meta }: MetaTable): Promise<IssuerMeta | undefined> {
  const found = await findRow(meta, 'issuer')
  return found?.key === 'issuer' ? found : undefined
}

export async function findPin({ meta }: MetaTable): Promise<PinMeta | undefined> {
  const found = await findRow(meta, 'pin')
  return found?.key === 'pin' ? found : undefined
}

async function pinIn(tables: ClassroomTables, keyHash: string | null): Promise<string | null> {
  const pinned = await findPin(tables)
  if (pinned !== undefined) return pinned.keyHash
  await tables.meta.bulkPut([{ key: 'pin', keyHash }])
  return keyHash
}
