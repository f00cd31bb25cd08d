import type { Kysely } from 'kysely'
import { addColumn, type ColumnTypes } from './columns.ts'

/** The lineage in which the log is written now; null before a process of this version wrote to it. */
export const up = (db: Kysely<unknown>, types: ColumnTypes) => addColumn(db, types, 'log', 'lineage', types.ascii(40))
