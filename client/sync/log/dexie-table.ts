import type { Dexie, Table, Transaction } from 'dexie'
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

/** Hands over a table of the database as it is within one transaction. */
export type Within = <Row, Key, Insert>(table: Table<Row, Key, Insert>) => Table<Row, Key, Insert>

/**
 * Runs `work` in one transaction on these tables. Each table is bound to the transaction: which one is meant Dexie
 * otherwise finds out anew after each `await`, and loses it where async functions call each other several deep.
 */
export async function transactWithin<Answer>(
  db: Dexie,
  scope: Table[],
  work: (within: Within) => Promise<Answer>,
): Promise<Answer> {
  return db.transaction('rw', scope, async (transaction: Transaction) =>
    work(<Row, Key, Insert>({ name }: Table<Row, Key, Insert>) => transaction.table<Row, Key, Insert>(name)),
  )
}
