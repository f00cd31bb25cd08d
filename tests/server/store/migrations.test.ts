import { classroomTables } from '../../../server/classroom/tables.ts'
import { type Kysely, sql } from 'kysely'
import { execFile } from 'node:child_process'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { afterEach, beforeEach, expect, inject, test } from 'vitest'
import { migrations } from '../../../migrations/index.ts'
import { CAMPUS_LOG, EVERYONE_ID } from '../../../shared/protocol/fields.ts'
import { type Backend, createEmptyBackend } from '../../support/backend.ts'
import { createCampus, edit, react, read, send } from '../../support/campus.ts'
import { createDevice } from '../../support/device.ts'
import { migrateUnderKills, migrateUpTo } from '../../support/migrate.ts'

const names = Object.keys(migrations)
const LAST_OF_VERSION_1 = '0011-campus'

let backend: Backend
beforeEach(async () => {
  backend = await createEmptyBackend()
})
afterEach(() => backend.dispose())

async function listExecuted(): Promise<string[]> {
  const { rows } = await sql<{ name: string }>`select name from kysely_migration order by name`.execute(
    backend.store.db,
  )
  return rows.map((row) => row.name)
}

const cutOff = (name: string) => sql`delete from kysely_migration where name = ${name}`.execute(backend.store.db)

const everything = async () => ({
  executed: await listExecuted(),
  logs: await backend.store.db.selectFrom('log').selectAll().execute(),
  conversations: await backend.store.db.selectFrom('conversation').selectAll().execute(),
})

const exampleId = (number: number) => `00000000-0000-7000-8000-${number.toString(16).padStart(12, '0')}`
const [ANN, BEN, CID] = [exampleId(1), exampleId(2), exampleId(3)]
const [GROUP, DIRECT, EMPTY] = [exampleId(11), exampleId(12), exampleId(13)]
const MESSAGES = [exampleId(21), exampleId(22), exampleId(23)]
const COUNTS = [
  { id: GROUP, member_count: 2 },
  { id: DIRECT, member_count: 2 },
  { id: EMPTY, member_count: 0 },
  { id: EVERYONE_ID, member_count: 0 },
]

/** The columns of version 1, whatever came since. */
const VERSION_1 = {
  log: ['id', 'epoch', 'epoch_start', 'head'],
  user: ['id', 'seq', 'handle', 'name', 'created_at'],
  credential: ['user_id', 'password_hash'],
  session: ['id', 'user_id', 'secret_hash', 'device', 'created_at', 'last_seen_at', 'cursor_seq'],
  conversation: ['id', 'seq', 'kind', 'title', 'creator_id', 'created_at', 'last_n', 'last_seq'],
  member: ['conversation_id', 'user_id', 'seq', 'since', 'since_n', 'removed'],
  message: ['id', 'seq', 'conversation_id', 'n', 'author_id', 'text', 'written_at', 'sent_at', 'edited_at'],
  reading: ['user_id', 'conversation_id', 'seq', 'n'],
  command: ['id', 'user_id', 'fingerprint', 'seq', 'created_at'],
} as const
type TableOfVersion1 = keyof typeof VERSION_1
const tablesOfVersion1 = Object.keys(VERSION_1) as TableOfVersion1[]

/** A small campus as version 1 left it. */
async function insertVersionOne(): Promise<void> {
  const members: [conversation: string, user: string, seq: number, removed: number][] = [
    [GROUP, ANN, 6, 0],
    [GROUP, BEN, 7, 0],
    [GROUP, CID, 20, 1],
    [DIRECT, ANN, 10, 0],
    [DIRECT, CID, 11, 0],
    [EMPTY, ANN, 21, 1],
  ]
  const rows: Record<Exclude<TableOfVersion1, 'log'>, unknown[][]> = {
    user: [
      [ANN, 2, 'ann', 'Ann', 1],
      [BEN, 3, 'ben', 'Ben', 2],
      [CID, 4, 'cid', 'Čid 漢 🦊', 3],
    ],
    credential: [[ANN, `$2b$10$${'x'.repeat(53)}`]],
    session: [[exampleId(31), ANN, 'a'.repeat(64), 'Firefox on Linux', 1, 2, 15]],
    conversation: [
      [GROUP, 5, 'group', 'Chemistry', ANN, 4, 3, 20],
      [DIRECT, 9, 'direct', null, null, 5, 0, 11],
      [EMPTY, 12, 'group', 'Left by all', ANN, 6, 0, 21],
    ],
    member: members.map(([conversation, user, seq, removed]) => [conversation, user, seq, seq, 0, removed]),
    message: [
      [MESSAGES[0], 13, GROUP, 1, ANN, 'Hello', 9, 10, null],
      [MESSAGES[1], 17, GROUP, 2, BEN, null, 19, 20, null],
      [MESSAGES[2], 18, GROUP, 3, ANN, 'Edited before', 24, 25, 30],
    ],
    reading: [[ANN, GROUP, 19, 3]],
    command: [[MESSAGES[0], ANN, 'b'.repeat(64), 13, 10]],
  }
  const db = backend.store.db as unknown as Kysely<Record<string, Record<string, unknown>>>
  for (const table of tablesOfVersion1) {
    if (table === 'log') continue
    const values = rows[table].map((row) => Object.fromEntries(VERSION_1[table].map((name, at) => [name, row[at]])))
    await db.insertInto(table).values(values).execute()
  }
  await db.updateTable('log').set({ head: 21 }).execute()
}

async function dumpVersionOne(): Promise<Record<string, unknown[]>> {
  const db = backend.store.db as unknown as Kysely<Record<string, Record<string, unknown>>>
  const tables: Record<string, unknown[]> = {}
  for (const table of tablesOfVersion1) {
    const [first, second] = VERSION_1[table]
    tables[table] = await db.selectFrom(table).select(VERSION_1[table]).orderBy(first).orderBy(second).execute()
  }
  return tables
}

const countMembers = () =>
  backend.store.db.selectFrom('conversation').select(['id', 'member_count']).orderBy('id').execute()

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

if (inject('backend').kind === 'mysql') {
  test('each step works on what the one before it left, and again where it was cut off before it was noted', async () => {
    for (const [index, name] of names.entries()) {
      await migrateUpTo(backend.store, name)
      expect(await listExecuted()).toEqual(names.slice(0, index + 1))
      await cutOff(name)
      if (name !== LAST_OF_VERSION_1) continue
      await migrateUpTo(backend.store, name)
      await insertVersionOne()
    }
    await backend.store.migrate()
    expect(await listExecuted()).toEqual(names)
    const { logs } = await everything()
    expect(logs).toMatchObject([{ head: 21 }])
    const { message, member } = await dumpVersionOne()
    expect([message?.length, member?.length]).toEqual([3, 6])
    expect(await countMembers()).toEqual(COUNTS)
  })
} else {
  test('each step works on what the one before it left', async () => {
    for (const [index, name] of names.entries()) {
      await migrateUpTo(backend.store, name)
      expect(await listExecuted()).toEqual(names.slice(0, index + 1))
    }
  })

  test('a start that is killed again and again loses nothing', { timeout: 90_000 }, async () => {
    await migrateUpTo(backend.store, LAST_OF_VERSION_1)
    await insertVersionOne()
    const before = await dumpVersionOne()
    await migrateUnderKills('sqlite', backend.dataDir)
    expect(await listExecuted()).toEqual(names)
    expect(await dumpVersionOne()).toEqual(before)
    expect(await countMembers()).toEqual(COUNTS)
  })
}

test('a database of version 1 keeps all that is in it, and its members are counted', async () => {
  await migrateUpTo(backend.store, LAST_OF_VERSION_1)
  await insertVersionOne()
  const before = await dumpVersionOne()
  await backend.store.migrate()
  expect(await dumpVersionOne()).toEqual(before)
  expect(await countMembers()).toEqual(COUNTS)
  const { db } = backend.store
  expect(await db.selectFrom('user').select('picture_id').distinct().execute()).toEqual([{ picture_id: null }])
  const added = [
    'reply_to_id',
    'reply_to_n',
    'mentions',
    'mentions_all',
    'forwarded',
    'pinned_at',
    'pinned_by',
    'edits',
  ] as const
  expect(await db.selectFrom('message').select(added).distinct().execute()).toEqual([
    {
      reply_to_id: null,
      reply_to_n: null,
      mentions: null,
      mentions_all: 0,
      forwarded: 0,
      pinned_at: null,
      pinned_by: null,
      edits: 0,
    },
  ])
  expect(await db.selectFrom('session').select('synced_at').execute()).toEqual([{ synced_at: null }])
})

test('on a database of version 1 people go on where they were', async () => {
  await migrateUpTo(backend.store, LAST_OF_VERSION_1)
  await insertVersionOne()
  await backend.store.migrate()
  const campus = createCampus({ store: backend.store })
  const device = createDevice(backend.store, BEN)
  await device.pullAll()
  expect(device.messages(GROUP).map(({ n, text, edits }) => [n, text, edits])).toEqual([
    [1, 'Hello', 0],
    [2, null, 0],
    [3, 'Edited before', 0],
  ])
  const reply = send(GROUP, '@ben', { replyToId: MESSAGES[0] ?? null, mentions: [BEN] })
  await campus.accept(ANN, reply, edit(GROUP, MESSAGES[2] ?? '', 'Edited again'))
  await campus.accept(BEN, read(GROUP, 4), react(GROUP, reply.id))
  await campus.publishReceipts(GROUP)
  expect(await campus.codeOf(CID, read(GROUP, 4))).toBe('not_a_member')
  await device.pullAll()
  expect([...device.rows.values()]).toEqual(
    expect.arrayContaining([
      expect.objectContaining({ type: 'message', n: 4, replyTo: { messageId: MESSAGES[0], n: 1 }, mentions: [BEN] }),
      expect.objectContaining({ type: 'revision', messageId: MESSAGES[2], k: 1, text: 'Edited before', at: 30 }),
      expect.objectContaining({ type: 'seen', userId: BEN }),
      expect.objectContaining({ type: 'reaction', messageId: reply.id }),
    ]),
  )
})

test('SQLite moves the heads of classrooms into their file, MySQL leaves them where a process of the version before looks', async () => {
  await migrateUpTo(backend.store, '0058-classroom-tables-moved')
  const { db } = backend.store
  const ofClassrooms = ['classroom-k3vq7zt2mbda', 'classroom-z3vq7zt2mbdb'].map((id, index) => ({
    id,
    epoch: exampleId(index),
    epoch_start: 0,
    lineage: null,
    lineage_start: 0,
    floor: 0,
    head: index + 2,
  }))
  await db.insertInto('log').values(ofClassrooms).execute()
  await backend.store.migrate()
  const { log } = classroomTables(backend.store)
  expect(await db.selectFrom(log).selectAll().where('id', '!=', CAMPUS_LOG).orderBy('id').execute()).toEqual(
    ofClassrooms,
  )
  expect(await db.selectFrom('log').select('id').where('id', '=', CAMPUS_LOG).execute()).toHaveLength(1)
  expect(log).toBe(backend.store.kind === 'sqlite' ? 'classroom_log' : 'log')
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
  const place = backend.databaseUrl ?? backend.dataDir
  const script = join(import.meta.dirname, '../../support/migrate-process.ts')
  const migrate = () => promisify(execFile)('node', ['--import', 'tsx', script, backend.kind, place])
  await Promise.all([migrate(), migrate()])
  const { executed, logs } = await everything()
  expect(executed).toEqual(names)
  expect(logs).toHaveLength(1)
})
