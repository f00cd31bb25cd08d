import type { RowTable } from '../log/kind.ts'
import { NOT_CONNECTED, type ClassroomConnectionMeta, type ClassroomMeta } from './database.ts'
import { findRow } from './tables.ts'

/** What was last known of the connection. */
export async function getConnection(tables: {
  meta: Pick<RowTable<ClassroomMeta, string>, 'bulkGet'>
}): Promise<ClassroomConnectionMeta> {
  const found = await findRow(tables.meta, 'connection')
  return found?.key === 'connection' ? found : NOT_CONNECTED
}
