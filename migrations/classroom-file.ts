import { type Kysely, sql } from 'kysely'

/*
 * SQLite keeps what belongs to classrooms in a file of its own, attached to every connection under a name. A
 * transaction that writes both files is whole in each of them, but a crash may come between the two: so a step writes
 * one of them, and copies are on disk before what they were made of goes.
 */

/** What a table of the main file is made with: itself, then its indexes. */
async function describe(db: Kysely<unknown>, table: string): Promise<string[]> {
  const { rows } = await sql<{ sql: string }>`
    select sql from main.sqlite_master
    where tbl_name = ${table} and sql is not null
    order by type = 'table' desc, name`.execute(db)
  return rows.map((row) => row.sql)
}

/**
 * Makes a table in another file as one of the main file is, without its rows. What was there of that name goes. Does
 * nothing where there is one file only.
 */
export async function makeLike(
  db: Kysely<unknown>,
  file: string | undefined,
  name: string,
  like: string,
): Promise<void> {
  if (file === undefined) return
  const statements = await describe(db, like)
  if (statements.length === 0) throw new Error(`There is no table "${like}" to make "${name}" like.`)
  await sql`drop table if exists ${sql.table(`${file}.${name}`)}`.execute(db)
  for (const statement of statements) await sql.raw(inFile(statement, file, name, like)).execute(db)
}

/** SQLite keeps statements in the form `CREATE TABLE "name" (…` and `CREATE INDEX "index" on "name" (…`. */
function inFile(statement: string, file: string, name: string, like: string): string {
  const table = new RegExp(`^CREATE TABLE "?${like}"?`)
  if (table.test(statement)) return statement.replace(table, `CREATE TABLE "${file}"."${name}"`)
  const index = /^CREATE (UNIQUE )?INDEX "?(\w+)"? on "?\w+"?/i
  return statement.replace(
    index,
    (_, unique: string | undefined, of: string) =>
      `CREATE ${unique ?? ''}INDEX "${file}"."${of.replace(like, name)}" on "${name}"`,
  )
}

export async function copyTable(db: Kysely<unknown>, file: string, table: string): Promise<void> {
  await makeLike(db, file, table, table)
  await sql`insert into ${sql.table(`${file}.${table}`)} select * from ${sql.table(`main.${table}`)}`.execute(db)
}
