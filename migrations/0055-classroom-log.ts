import type { Kysely } from 'kysely'
import { makeLike } from './classroom-file.ts'
import type { ColumnTypes } from './columns.ts'

/** In SQLite: the heads of the logs of classrooms, apart from that of the campus. */
export const up = (db: Kysely<unknown>, { classroomFile }: ColumnTypes) =>
  makeLike(db, classroomFile, 'classroom_log', 'log')
