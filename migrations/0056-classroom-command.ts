import type { Kysely } from 'kysely'
import { makeLike } from './classroom-file.ts'
import type { ColumnTypes } from './columns.ts'

/** In SQLite: the commands of staff that were done in classrooms. */
export const up = (db: Kysely<unknown>, { classroomFile }: ColumnTypes) =>
  makeLike(db, classroomFile, 'classroom_command', 'command')
