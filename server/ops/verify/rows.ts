import { type RawBuilder, sql } from 'kysely'
import type { Database, Schema } from '../../store/schema.ts'
import type { Finding } from './check.ts'

/*
 * What has to hold of each row of a table, by itself or with those of others. Rows are read in the order of their key, a page a
 * statement: every page is one snapshot, however large the table.
 */

export interface RowRules {
  table: string
  /** Its primary key, in order. */
  key: readonly string[]
  must: readonly Must[]
  /** Fewer than otherwise where what is looked at for one row is a lot. */
  pageRows?: number
}

export interface Must {
  /** A condition in SQL, in which the row goes by the name of its table. What is null does not hold. */
  holds: RawBuilder<unknown>
  /** What is wrong where it does not hold. */
  message: string
}

type KeyValue = string | number

const PAGE_ROWS = 1_000

/** Rules for the rows of a table, of which these columns are the primary key. */
export function rules<Table extends keyof Schema>(
  table: Table,
  key: readonly (keyof Schema[Table] & string)[],
  must: readonly Must[],
  pageRows = PAGE_ROWS,
): RowRules {
  return { table, key, must, pageRows }
}

/** Whether a column names a row of another table, by its id; null names none. */
export function pointsTo<Table extends keyof Schema>(
  table: Table,
  column: keyof Schema[Table] & string,
  target:
    | 'user'
    | 'conversation'
    | 'message'
    | 'picture'
    | 'file'
    | 'file_content'
    | 'classroom'
    | 'question'
    | 'reply'
    | 'poll',
  except?: string,
): Must {
  const value = sql.ref(`${table}.${column}`)
  const there = sql`exists (select 1 from ${sql.table(target)} as target where target.id = ${value})`
  const holds = except === undefined ? sql`${value} is null or ${there}` : sql`${value} = ${except} or ${there}`
  return { holds, message: `Its ${column} names no row of "${target}".` }
}

/** Every row of these tables that breaks a rule, with each that it breaks. */
export async function* findBroken(db: Database, tables: readonly RowRules[]): AsyncGenerator<Finding> {
  for (const one of tables) {
    for await (const page of readPages(db, one)) {
      for (const row of page) {
        const id = `${one.table} ${toKey(one, row).join('/')}`
        for (const [index, { message }] of one.must.entries()) if (Number(row[`r${index}`]) === 0) yield { id, message }
      }
    }
  }
}

type PageRow = Readonly<Record<string, KeyValue>>

async function* readPages(db: Database, one: RowRules): AsyncGenerator<readonly PageRow[]> {
  const { table, key, must, pageRows = PAGE_ROWS } = one
  const columns = key.map((column, index) => sql`${sql.ref(`${table}.${column}`)} as ${sql.ref(`k${index}`)}`)
  const results = must.map(({ holds }, index) => sql`case when ${holds} then 1 else 0 end as ${sql.ref(`r${index}`)}`)
  const order = sql.join(key.map((column) => sql.ref(`${table}.${column}`)))
  let last: readonly KeyValue[] | undefined
  for (;;) {
    const { rows } = await sql<PageRow>`
      select ${sql.join([...columns, ...results])} from ${sql.table(table)}
      where ${last === undefined ? sql`1 = 1` : toAfter(one, last)} order by ${order} limit ${sql.lit(pageRows)}`.execute(
      db,
    )
    yield rows
    const end = rows.at(-1)
    if (end === undefined || rows.length < pageRows) return
    last = toKey(one, end)
  }
}

function toKey({ key }: Pick<RowRules, 'key'>, row: PageRow): KeyValue[] {
  return key.map((_, index) => row[`k${index}`] ?? '')
}

/** Whatever comes after a key. MySQL finds no index for `(a, b) > (1, 2)`. */
function toAfter({ table, key }: RowRules, last: readonly KeyValue[]): RawBuilder<unknown> {
  const value = (index: number) => sql.ref(`${table}.${key[index]}`)
  const ways = key.map((_, index) => {
    const same = last.slice(0, index).map((before, at) => sql`${value(at)} = ${before}`)
    return sql`(${sql.join([...same, sql`${value(index)} > ${last[index]}`], sql` and `)})`
  })
  return sql`(${sql.join(ways, sql` or `)})`
}
