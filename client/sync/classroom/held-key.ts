import type { RowTable } from '../log/kind.ts'
import type { IssuerMeta, PinMeta, ClassroomMeta } from './database.ts'
import { findRow, type ClassroomTables } from './tables.ts'

// What is stored of the key to which this device holds a classroom, see `issuer.ts`. It hashes nothing: a hash is code
// that the first screen need not wait for.

/** Whether the row that is here now has the key that was looked at, and that is the right one. */
export async function isTrusted(tables: ClassroomTables, linkKeyHash: string | null): Promise<boolean> {
  const [[row], issuer, pin] = [await tables.classroom.toArray(), await findIssuer(tables), await findPin(tables)]
  if (row === undefined || issuer === undefined || pin === undefined) return false
  const isPinned = issuer.issuer === row.issuer && issuer.keyHash === pin.keyHash
  return isPinned && (linkKeyHash === null || linkKeyHash === issuer.keyHash)
}

interface MetaTable {
  meta: Pick<RowTable<ClassroomMeta, string>, 'bulkGet'>
}

export async function findIssuer({ meta }: MetaTable): Promise<IssuerMeta | undefined> {
  const found = await findRow(meta, 'issuer')
  return found?.key === 'issuer' ? found : undefined
}

export async function findPin({ meta }: MetaTable): Promise<PinMeta | undefined> {
  const found = await findRow(meta, 'pin')
  return found?.key === 'pin' ? found : undefined
}
