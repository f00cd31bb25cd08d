import type { Kysely } from 'kysely'
import type { ColumnTypes } from './columns.ts'

/** The lineages of classrooms' logs that have ended. */
export const up = (db: Kysely<unknown>, types: ColumnTypes) =>
  types.createLike(db, 'classroom_lineage', 'ended_lineage')
