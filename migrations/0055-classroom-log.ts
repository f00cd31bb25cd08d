import type { Kysely } from 'kysely'
import type { ColumnTypes } from './columns.ts'

/** The heads of the logs of classrooms, apart from that of the campus. */
export const up = (db: Kysely<unknown>, types: ColumnTypes) => types.createLike(db, 'classroom_log', 'log')
