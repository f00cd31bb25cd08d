import { type ColumnDefinitionBuilder, type CreateTableBuilder, type Kysely, type RawBuilder, sql } from 'kysely'

/** What a column is called in each dialect: the only thing in which the schemas differ. */
export interface ColumnTypes {
  id: RawBuilder<unknown>
  /** Hashes, handles, kinds: ascii, compared byte by byte. `length` in characters. */
  ascii(length: number): RawBuilder<unknown>
  /** What people wrote, any Unicode, compared code point by code point. */
  text: RawBuilder<unknown>
  /** Names and titles: like `text`, bounded. */
  line(length: number): RawBuilder<unknown>
  integer: RawBuilder<unknown>
  flag: RawBuilder<unknown>
  /** Up to 64 KiB of bytes. */
  bytes: RawBuilder<unknown>
  /** Up to 16 MiB of bytes. */
  content: RawBuilder<unknown>
  /**
   * MySQL commits a table before the step that made it is noted: a start that was cut off between the
   * two finds it there, empty, and goes on.
   */
  finish<Table extends string>(table: CreateTableBuilder<Table>): CreateTableBuilder<Table>
  /**
   * Likewise, for a table whose rows must not tell in which order they came: they lie in the order of
   * their random key. SQLite counts the rows of any other table in the order of their arrival.
   */
  finishUnordered<Table extends string>(table: CreateTableBuilder<Table>): CreateTableBuilder<Table>
  /** Whether adding something failed only because it is there already, from a start that was cut off likewise. */
  isAdded(error: unknown): boolean
  /** Whether renaming something failed only because nothing has the old name any more. */
  isRenamed(error: unknown): boolean
  /** SQLite keeps the tables of classrooms in a file of their own, attached under this name. */
  classroomFile: string | undefined
}

/** One step: adds a column, unless it is there. */
export async function addColumn(
  db: Kysely<unknown>,
  types: ColumnTypes,
  table: string,
  column: string,
  type: RawBuilder<unknown>,
  define: (column: ColumnDefinitionBuilder) => ColumnDefinitionBuilder = (definition) => definition,
): Promise<void> {
  await once(types.isAdded, () =>
    db.schema
      .alterTable(table)
      .addColumn(column, type as never, define)
      .execute(),
  )
}

export const notNullZero = (column: ColumnDefinitionBuilder) => column.notNull().defaultTo(0)

/** One step: gives a column another name, unless it has it. */
export async function renameColumn(
  db: Kysely<unknown>,
  types: ColumnTypes,
  table: string,
  from: string,
  to: string,
): Promise<void> {
  await once(types.isRenamed, () => db.schema.alterTable(table).renameColumn(from, to).execute())
}

/** One step: adds an index, unless it is there. */
export async function addIndex(
  db: Kysely<unknown>,
  types: ColumnTypes,
  index: string,
  table: string,
  columns: string[],
): Promise<void> {
  await once(types.isAdded, () => db.schema.createIndex(index).on(table).columns(columns).execute())
}

/**
 * One step: lets the rows of a classroom be found in a table that keeps them in the order of their random keys. So does
 * the index: it says nothing of when they came.
 */
export async function addClassroomIndex(db: Kysely<unknown>, types: ColumnTypes, table: string): Promise<void> {
  const index = `${table}_classroom`
  const name = types.classroomFile === undefined ? index : `${types.classroomFile}.${index}`
  await once(types.isAdded, async () => {
    // SQLite has the name of the file before that of the index, and the table in the same file.
    await sql`create index ${sql.table(name)} on ${sql.table(table)} (classroom_id)`.execute(db)
  })
}

/** A table of classrooms by its name in whichever file it lies. */
export function classroomTable({ classroomFile }: ColumnTypes, table: string): string {
  return classroomFile === undefined ? table : `${classroomFile}.${table}`
}

async function once(isDone: (error: unknown) => boolean, step: () => Promise<void>): Promise<void> {
  try {
    await step()
  } catch (error) {
    if (!isDone(error)) throw error
  }
}

export const CLASSROOM_FILE = 'classrooms'

export const sqliteColumns: ColumnTypes = {
  id: sql`text`,
  ascii: () => sql`text`,
  text: sql`text`,
  line: () => sql`text`,
  integer: sql`integer`,
  flag: sql`integer`,
  bytes: sql`blob`,
  content: sql`blob`,
  finish: (table) => table.ifNotExists(),
  finishUnordered: (table) => table.ifNotExists().modifyEnd(sql`without rowid`),
  // Here a step and the note of it are one transaction, but for those of the classrooms' file.
  isAdded: (error) => error instanceof Error && /duplicate column name|index \S+ already exists/.test(error.message),
  isRenamed: () => false,
  classroomFile: CLASSROOM_FILE,
}

const hasCode = (error: unknown, ...codes: string[]) =>
  error instanceof Error && 'code' in error && codes.includes(String(error.code))

const finishMysql: ColumnTypes['finish'] = (table) =>
  table.ifNotExists().modifyEnd(sql`engine = InnoDB default charset = utf8mb4 collate = utf8mb4_bin`)

export const mysqlColumns: ColumnTypes = {
  id: sql`char(36) character set ascii collate ascii_bin`,
  ascii: (length) => sql`varchar(${sql.lit(length)}) character set ascii collate ascii_bin`,
  text: sql`text character set utf8mb4 collate utf8mb4_bin`,
  line: (length) => sql`varchar(${sql.lit(length)}) character set utf8mb4 collate utf8mb4_bin`,
  integer: sql`bigint`,
  flag: sql`tinyint`,
  bytes: sql`blob`,
  content: sql`mediumblob`,
  isAdded: (error) => hasCode(error, 'ER_DUP_FIELDNAME', 'ER_DUP_KEYNAME'),
  isRenamed: (error) => hasCode(error, 'ER_BAD_FIELD_ERROR'),
  // InnoDB keeps rows in the order of their key.
  finish: finishMysql,
  finishUnordered: finishMysql,
  classroomFile: undefined,
}
