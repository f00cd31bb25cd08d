import type { Kysely } from 'kysely'
import { makeLike } from './classroom-file.ts'
import type { ColumnTypes } from './columns.ts'

/** In SQLite: the lineages of classrooms' logs that have ended. */
export const up = (db: Kysely<unknown>, { classroomFile }: ColumnTypes) =>
  makeLike(db, classroomFile, 'classroom_lineage', 'ended_lineage')
