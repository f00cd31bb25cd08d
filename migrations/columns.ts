import { type CreateTableBuilder, type RawBuilder, sql } from 'kysely'

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
  /**
   * MySQL commits a table before the step that made it is noted: a start that was cut off between the
   * two finds it there, empty, and goes on.
   */
  finish<Table extends string>(table: CreateTableBuilder<Table>): CreateTableBuilder<Table>
}

export const sqliteColumns: ColumnTypes = {
  id: sql`text`,
  ascii: () => sql`text`,
  text: sql`text`,
  line: () => sql`text`,
  integer: sql`integer`,
  flag: sql`integer`,
  finish: (table) => table.ifNotExists(),
}

export const mysqlColumns: ColumnTypes = {
  id: sql`char(36) character set ascii collate ascii_bin`,
  ascii: (length) => sql`varchar(${sql.lit(length)}) character set ascii collate ascii_bin`,
  text: sql`text character set utf8mb4 collate utf8mb4_bin`,
  line: (length) => sql`varchar(${sql.lit(length)}) character set utf8mb4 collate utf8mb4_bin`,
  integer: sql`bigint`,
  flag: sql`tinyint`,
  finish: (table) =>
    table.ifNotExists().modifyEnd(sql`engine = InnoDB default charset = utf8mb4 collate = utf8mb4_bin`),
}
