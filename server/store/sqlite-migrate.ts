import { type Kysely, sql } from 'kysely'
import { CLASSROOM_FILE, sqliteColumns } from '../../migrations/columns.ts'
import { classroomSteps, migrations } from '../../migrations/index.ts'
import { refuseNewer, STEPS, toMigrationError } from './migrate.ts'

/*
 * Brings both files up to date. A transaction over both is whole in each, but a crash may come between the two. So each
 * step writes one of them, and is noted in the main one, in the form that Kysely's own migrations have:
 *
 *   steps of the main file      one transaction, with their notes
 *   steps of the classrooms     one transaction, and their notes with those of the next ones
 *
 * What was cut off in between is done again by the next start. The file of the classrooms has the number of its last
 * step too, so that one which is missing, or is of another backup, is not taken for an empty one.
 */

/** Runs what is missing, in order and up to a step, on a connection of one's own. */
export async function migrateSqlite(db: Kysely<unknown>, upTo = STEPS.at(-1)): Promise<void> {
  const executed = await listExecuted(db)
  refuseNewer(executed)
  await checkClassroomFile(db, executed)
  const wanted = STEPS.slice(0, STEPS.findIndex((name) => name === upTo) + 1)
  if (wanted.every((name) => executed.includes(name))) return
  let reached = 0
  for (const group of groupByFile(wanted)) {
    reached += group.length
    await alone(db, async () => {
      await runSteps(db, group)
      if (!group.some((name) => classroomSteps.has(name))) await note(db, wanted.slice(0, reached))
    })
  }
  await alone(db, () => note(db, wanted))
}

/** Steps that follow one another and write the same file. */
function groupByFile(steps: readonly string[]): string[][] {
  const groups: string[][] = []
  for (const name of steps) {
    const last = groups.at(-1)
    const before = last?.at(-1)
    if (last !== undefined && before !== undefined && classroomSteps.has(before) === classroomSteps.has(name))
      last.push(name)
    else groups.push([name])
  }
  return groups
}

async function runSteps(db: Kysely<unknown>, steps: readonly string[]): Promise<void> {
  // Read again in each transaction: another process may have been let in.
  const executed = await listExecuted(db)
  for (const name of steps) {
    if (executed.includes(name)) continue
    try {
      await migrations[name]?.(db, sqliteColumns)
    } catch (error) {
      throw toMigrationError(name, error)
    }
    if (classroomSteps.has(name)) await sql.raw(`pragma ${CLASSROOM_FILE}.user_version = ${numberOf(name)}`).execute(db)
  }
}

async function note(db: Kysely<unknown>, steps: readonly string[]): Promise<void> {
  await sql`
    create table if not exists kysely_migration (
      name varchar(255) not null primary key, timestamp varchar(255) not null)`.execute(db)
  for (const name of steps) {
    await sql`insert or ignore into kysely_migration values (${name}, ${new Date().toISOString()})`.execute(db)
  }
}

/** The steps that were noted, in order. */
export async function listExecuted(db: Kysely<unknown>): Promise<string[]> {
  const { rows: tables } = await sql`select 1 from main.sqlite_master where name = 'kysely_migration'`.execute(db)
  if (tables.length === 0) return []
  const { rows } = await sql<{ name: string }>`select name from kysely_migration order by name`.execute(db)
  return rows.map(({ name }) => name)
}

async function checkClassroomFile(db: Kysely<unknown>, executed: readonly string[]): Promise<void> {
  const last = executed.filter((name) => classroomSteps.has(name)).at(-1)
  if (last === undefined) return
  const { rows } = await sql.raw<{ user_version: number }>(`pragma ${CLASSROOM_FILE}.user_version`).execute(db)
  if (rows.every(({ user_version }) => user_version >= numberOf(last))) return
  throw new Error(
    'The file classrooms.sqlite is missing, or older than chatbox.sqlite. Put back both files of one backup.',
  )
}

function numberOf(step: string): number {
  return Number.parseInt(step, 10)
}

/** Lets one process in at a time. */
async function alone(db: Kysely<unknown>, work: () => Promise<void>): Promise<void> {
  await sql`begin immediate`.execute(db)
  try {
    await work()
    await sql`commit`.execute(db)
  } catch (error) {
    // What failed may have undone it all by itself.
    await sql`rollback`.execute(db).catch(() => undefined)
    throw error
  }
}
