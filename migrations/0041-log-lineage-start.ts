import type { Kysely } from 'kysely'
import { addColumn, type ColumnTypes, notNullZero } from './columns.ts'

export const up = (db: Kysely<unknown>, types: ColumnTypes) =>
  addColumn(db, types, 'log', 'lineage_start', types.integer, notNullZero)
