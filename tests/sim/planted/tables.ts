import type { ClassroomTables } from '../../../client/sync/classroom/tables.ts'
import type { RowTable } from '../../../client/sync/log/kind.ts'
import type { ClientTables } from '../../../client/sync/tables.ts'
import type { CampusStore, RoomStorage } from './planted.ts'

/** A store whose tables are not as they should be, inside a transaction and outside. */
export function withTables(store: CampusStore, change: (tables: ClientTables) => Partial<ClientTables>): CampusStore {
  const changed = (tables: ClientTables) => ({ ...tables, ...change(tables) })
  return {
    ...store,
    tables: changed(store.tables),
    transact: (work) => store.transact((tables) => work(changed(tables))),
  }
}

/** The same of a classroom. */
export function withRoomTables(
  storage: RoomStorage,
  change: (tables: ClassroomTables) => Partial<ClassroomTables>,
): RoomStorage {
  const changed = (tables: ClassroomTables) => ({ ...tables, ...change(tables) })
  return {
    ...storage,
    tables: changed(storage.tables),
    transact: (work) => storage.transact((tables) => work(changed(tables))),
  }
}

/** A table that takes in other rows than those it is given. */
export function puttingOthers<Row, Key>(
  table: RowTable<Row, Key>,
  change: (row: Row) => readonly Row[],
): RowTable<Row, Key> {
  return { ...table, bulkPut: (rows) => table.bulkPut(rows.flatMap(change)) }
}

/** A table that never finds what it holds. */
export function findingNothing<Row, Key>(table: RowTable<Row, Key>): RowTable<Row, Key> {
  return { ...table, bulkGet: (keys) => Promise.resolve(keys.map(() => undefined)) }
}
