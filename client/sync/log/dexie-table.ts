import type { Table } from 'dexie'
import type { RowTable } from './kind.ts'

/** Dexie's own table does all of it; the wrapper only narrows its overloads to what sync uses. */
export function rowTable<Row extends Insert, Key, Insert>(table: Table<Row, Key, Insert>): RowTable<Row, Key> {
  return {
    bulkGet: (keys) => table.bulkGet(keys),
    bulkPut: (rows) => table.bulkPut(rows),
    bulkDelete: (keys) => table.bulkDelete(keys),
    toArray: () => table.toArray(),
    clear: () => table.clear(),
  }
}
