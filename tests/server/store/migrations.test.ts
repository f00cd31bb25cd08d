import { type Kysely, sql } from 'kysely'
import { execFile } from 'node:child_process'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { mysqlColumns, sqliteColumns } from '../../../migrations/columns.ts'
import { migrations } from '../../../migrations/index.ts'
import { runMigrations } from '../../../server/store/migrate.ts'
import { CAMPUS_LOG, EVERYONE_ID } from '../../../shared/protocol/fields.ts'
import { type Backend, createEmptyBackend } from '../../support/backend.ts'

const names = Object.keys(migrations)

let backend: Backend
beforeEach(async () => {
  backend = await createEmptyBackend()
})
afterEach(() => backend.dispose())

function migrateUpTo(name: string): Promise<void> {
  const columns = backend.kind === 'mysql' ? mysqlColumns : sqliteColumns
  return runMigrations(backend.store.db as unknown as Kysely<unknown>, columns, name)
}

async function listExecuted(): Promise<string[]> {
  const { rows } = await sql<{ name: string }>`select name from kysely_migration order by name`.execute(
    backend.store.db,
  )
  return rows.map((row) => row.name)
}

const everything = async () => ({
  executed: await listExecuted(),
  logs: await backend.store.db.selectFrom('log').selectAll().execute(),
  conversations: await backend.store.db.selectFrom('conversation').selectAll().execute(),
})

test('migrating an empty database makes the campus log and Everyone', async () => {
  await backend.store.migrate()
  const { executed, logs, conversations } = await everything()
  expect(executed).toEqual(names)
  expect(logs).toMatchObject([{ id: CAMPUS_LOG, epoch_start: 0, head: 1 }])
  expect(conversations).toMatchObject([{ id: EVERYONE_ID, kind: 'everyone', seq: 1, last_n: 0, last_seq: 1 }])
})

test('migrating twice changes nothing', async () => {
  await backend.store.migrate()
  const before = await everything()
  await backend.store.migrate()
  expect(await everything()).toEqual(before)
})

test('each step works on what the one before it left', async () => {
  for (const [index, name] of names.entries()) {
    await migrateUpTo(name)
    expect(await listExecuted()).toEqual(names.slice(0, index + 1))
  }
})

test('a step that was cut off before it was noted is done again by the next start', async () => {
  for (const name of names) {
    await migrateUpTo(name)
    await sql`delete from kysely_migration where name = ${name}`.execute(backend.store.db)
    await migrateUpTo(name)
  }
  expect(await listExecuted()).toEqual(names)
  expect((await everything()).logs).toHaveLength(1)
})

test('a newer schema is refused with a sentence, and left alone', async () => {
  await backend.store.migrate()
  await sql`insert into kysely_migration (name, timestamp) values ('9999-later', '2030-01-01')`.execute(
    backend.store.db,
  )
  const before = await everything()
  await expect(backend.store.migrate()).rejects.toThrow(
    'The database has a newer schema than this version of ChatBox (it knows "9999-later"). ' +
      'Start the newer version, or restore a backup made by this one.',
  )
  expect(await everything()).toEqual(before)
})

test('two processes that migrate at once both succeed', async () => {
  const place = backend.databaseUrl ?? join(backend.dataDir, 'chatbox.sqlite')
  const script = join(import.meta.dirname, 'migrate-process.ts')
  const migrate = () => promisify(execFile)('node', ['--import', 'tsx', script, backend.kind, place])
  await Promise.all([migrate(), migrate(), migrate()])
  const { executed, logs } = await everything()
  expect(executed).toEqual(names)
  expect(logs).toHaveLength(1)
})
