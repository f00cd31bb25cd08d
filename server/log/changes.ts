import type { Store } from '../store/store.ts'
import type { AddressedOf, KindTypes, LogKind } from './kind.ts'
import { NoSuchLog } from './lock-log.ts'
import { findHead, listEndedLineages, type Lineage } from './log-tables.ts'

export interface Changes<Types extends KindTypes> {
  lineage: Lineage
  /** Those that ended, each up to where. */
  ended: ReadonlyMap<string, number>
  head: number
  /** Every row that changed after the asked-for position, or null when there are more than were asked for. */
  rows: AddressedOf<Types>[] | null
}

/** Reads the log itself, in one snapshot, for whoever tells all readers: what changed after `from`. Throws `NoSuchLog`. */
export async function loadChangesSince<Types extends KindTypes>(
  store: Pick<Store, 'read'>,
  kind: Pick<LogKind<Types>, 'tables' | 'loadChanges'>,
  log: string,
  from: number,
  limit: number,
): Promise<Changes<Types>> {
  return store.read(async (db) => {
    const found = await findHead(db, kind.tables, log)
    if (found === undefined) throw new NoSuchLog(`there is no log "${log}"`)
    const { lineage, head } = found
    const lineages = await listEndedLineages(db, kind.tables, log)
    const ended = new Map(lineages.map(({ id, end }) => [id, end]))
    const rows = head > from ? await kind.loadChanges(db, log, from, limit) : []
    return { lineage, ended, head, rows: rows.length < limit ? rows : null }
  })
}
