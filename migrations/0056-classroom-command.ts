import type { Kysely } from 'kysely'
import type { ColumnTypes } from './columns.ts'

/** The commands of staff that were done in classrooms. */
export const up = (db: Kysely<unknown>, types: ColumnTypes) => types.createLike(db, 'classroom_command', 'command')
