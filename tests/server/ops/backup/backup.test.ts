import { once } from 'node:events'
import {
  appendFileSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { buffer } from 'node:stream/consumers'
import { setTimeout as pause } from 'node:timers/promises'
import { uuidv7 } from 'uuidv7'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { listBackups } from '../../../../server/ops/backup/backups.ts'
import { fromLine, toLine } from '../../../../server/ops/backup/format.ts'
import { LEASE_MS } from '../../../../server/ops/backup/lease.ts'
import { makeBackup } from '../../../../server/ops/backup/make-backup.ts'
import { startBackups } from '../../../../server/ops/backup/schedule.ts'
import { listTables, readRows } from '../../../../server/ops/backup/tables.ts'
import { readLines, writeLines } from '../../../../server/ops/backup/write-lines.ts'
import { openFolderHome } from '../../../../server/files/folder-home.ts'
import type { FileHome } from '../../../../server/files/home.ts'
import { openS3Home, type S3Address } from '../../../../server/files/s3-home.ts'
import { verifyAll } from '../../../../server/ops/verify/verify.ts'
import { openSqlite } from '../../../../server/store/sqlite.ts'
import { STEPS } from '../../../../server/store/migrate.ts'
import type { Store } from '../../../../server/store/store.ts'
import { EVERYONE_ID } from '../../../../shared/protocol/fields.ts'
import { type Backend, createBackend, createEmptyBackend } from '../../../support/backend.ts'
import { type Campus, createCampus, pullCampus, react, send } from '../../../support/campus.ts'
import { answer, ask, createTestClassroom, putFile, putUpload } from '../../../support/classroom.ts'
import { createFakeClock } from '../../../support/fake-clock.ts'
import { startS3 } from '../../../support/s3.ts'
import { mountSmallDisk } from '../../../support/small-disk.ts'
import { waitFor } from '../../../support/wait-for.ts'
import { runFile } from '../run-file.ts'
import { admin, settingsOf } from '../admin/run-admin.ts'

/* What a backup has comes back, into whichever database, and a restored one needs nothing else. */

let folder: string
let opened: Backend[] = []
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'chatbox-backup-'))
})
afterEach(async () => {
  for (const backend of opened) await backend.dispose()
  opened = []
  rmSync(folder, { recursive: true, force: true })
})

async function open(create = createBackend): Promise<Backend> {
  const backend = await create()
  opened.push(backend)
  return backend
}

const settings = (backend: Backend) => ({ ...settingsOf(backend), BACKUP_DIR: join(folder, 'backups') })
async function run(backend: Backend | Record<string, string | undefined>, ...typed: string[]) {
  const env = 'store' in backend ? settings(backend as Backend) : backend
  const end = await admin(env, [...typed, '--json'])
  return { code: end.code, said: end.json() as Record<string, unknown> }
}
async function refusal(backend: Backend, ...typed: string[]): Promise<{ code: string; message: string }> {
  const { code, said } = await run(backend, ...typed)
  expect(code).toBe(1)
  return said.error as { code: string; message: string }
}

/** People, a group, a file of a message, a classroom with all that students do. */
async function fill(backend: Backend, address?: S3Address): Promise<Campus> {
  const campus = createCampus({ store: backend.store })
  const [ann, ben] = [await campus.register('Änn 🙂'), await campus.register('Ben')]
  const group = await campus.group(ann, ben)
  const file = await putFile(backend.store, ann, { name: 'sheet.pdf' })
  const home =
    address === undefined
      ? await openFolderHome(join(backend.dataDir, 'files'))
      : await openS3Home(address, join(backend.dataDir, 'making'))
  const { content_id } = await backend.store.db
    .selectFrom('file')
    .select('content_id')
    .where('id', '=', file)
    .executeTakeFirstOrThrow()
  const path = join(folder, 'content')
  writeFileSync(path, '0123456789')
  const sha256 = '84d89877f0d4041efb6bf91a16f0248f2fd573e6af05c19f96bedb9f882f7882'
  await backend.store.db
    .updateTable('file_content')
    .set({ sha256 })
    .where('id', '=', content_id ?? '')
    .execute()
  await home.keep({ contentId: content_id ?? '', variant: 'whole' }, path)
  const said = send(group, 'With a file', { files: [{ id: file, description: '' }] })
  await campus.accept(
    ann,
    said,
    ...Array.from({ length: 1_203 }, (_, index) => send(EVERYONE_ID, `number ${index}`)).slice(0, 90),
  )
  await campus.accept(ben, react(group, said.id))
  const room = await createTestClassroom({ store: backend.store, owner: ann })
  const asked = ask('Why?\n"quoted" \\ and 日本')
  await room.accept(asked.command)
  await room.act(answer(asked.id))
  await putUpload(room)
  return campus
}

/** Every table as a backup has it, but for what the restore itself did. */
async function dump(store: Store): Promise<Record<string, unknown[]>> {
  const all: Record<string, unknown[]> = {}
  for (const shape of await listTables(store, store.db)) {
    const rows: unknown[] = []
    for await (const row of readRows(store.db, shape)) {
      rows.push(Object.fromEntries(shape.columns.map((column, at) => [column, toPlain(row[at])]).sort()))
    }
    const kept = shape.name === 'audit' ? rows.filter((row) => !JSON.stringify(row).includes('backup.')) : rows
    all[shape.shared] = [...(all[shape.shared] ?? []), ...kept].sort((one, other) =>
      JSON.stringify(one) < JSON.stringify(other) ? -1 : 1,
    )
  }
  return all
}
const toPlain = (value: unknown) => JSON.parse(toLine([value])) as unknown

async function readContents(home: FileHome, store: Store): Promise<string[]> {
  const contents = await store.db.selectFrom('file_content').select('id').execute()
  const read = await Promise.all(
    contents.map(async ({ id }) => home.read({ contentId: id, variant: 'whole' }, { first: 0, last: 9 })),
  )
  return Promise.all(read.map(async (one) => (one === undefined ? 'lost' : (await buffer(one)).toString())))
}

test('a backup that is made while servers run brings every row and every file back, into either kind of database', async () => {
  const backend = await open()
  await fill(backend)
  const before = await dump(backend.store)
  const made = await run(backend, 'backup')
  expect([made.code, made.said]).toEqual([0, expect.objectContaining({ files: 1, newFiles: 1, removed: [] })])
  const name = String(made.said.name)
  expect((await run(backend, 'backups', '--check')).said).toMatchObject({ backups: [{ name, wrong: [] }] })

  const target = await open(createEmptyBackend)
  await target.store.close()
  const restored = await run(target, 'restore', 'latest')
  expect([restored.code, restored.said]).toEqual([0, expect.objectContaining({ name, files: 1, back: [] })])
  const store = target.openStore()
  expect(await dump(store)).toEqual(before)
  expect(await store.listSteps()).toEqual(STEPS)
  const home = await openFolderHome(join(target.dataDir, 'files'))
  expect(await readContents(home, store)).toEqual(['0123456789'])
  expect(
    (await verifyAll({ store, home, now: Date.now }, () => undefined)).flatMap(({ findings }) => findings),
  ).toEqual([])

  // And into the embedded database, and from there back.
  const dataDir = join(folder, 'embedded')
  const embedded = { DATA_DIR: dataDir, BACKUP_DIR: join(folder, 'backups') }
  mkdirSync(dataDir)
  expect((await run(embedded, 'restore', name)).code).toBe(0)
  const sqlite = openSqlite(dataDir)
  expect(await dump(sqlite)).toEqual(before)
  await sqlite.close()
  expect((await run({ ...embedded, BACKUP_DIR: join(folder, 'second') }, 'backup')).code).toBe(0)
  const again = await open(createEmptyBackend)
  await again.store.close()
  const back = await run({ ...settings(again), BACKUP_DIR: join(folder, 'second') }, 'restore', 'latest')
  expect(back.code).toBe(0)
  expect(await dump(again.openStore())).toEqual(before)
})

test('made under load it is one moment: everything that was acknowledged before, nothing with a gap', async () => {
  const backend = await open()
  const campus = createCampus({ store: backend.store })
  const ann = await campus.register('Ann')
  const [first] = [send(EVERYONE_ID, 'before')]
  await campus.accept(ann, first)
  let isDone = false
  const writing = (async () => {
    while (!isDone) {
      await campus.accept(ann, ...Array.from({ length: 20 }, () => send(EVERYONE_ID, 'during')))
      // As from devices: another process finds a moment to write between.
      await pause(5)
    }
  })()
  const made = await run(backend, 'backup')
  isDone = true
  await writing
  expect(made.code).toBe(0)
  const target = await open(createEmptyBackend)
  await target.store.close()
  expect((await run(target, 'restore', 'latest')).code).toBe(0)
  const store = target.openStore()
  const rows = await store.db.selectFrom('message').select(['id', 'n', 'seq']).orderBy('n').execute()
  expect(rows.map(({ n }) => n)).toEqual(rows.map((_, index) => index + 1))
  expect(rows[0]?.id).toBe(first?.id)
  const { head } = await store.db.selectFrom('log').select('head').where('id', '=', 'campus').executeTakeFirstOrThrow()
  expect(Math.max(...rows.map(({ seq }) => seq))).toBeLessThanOrEqual(head)
  const whole = await backend.store.db.selectFrom('message').select(['id', 'n']).where('seq', '<=', head).execute()
  expect(rows.map(({ id }) => id).sort()).toEqual(whole.map(({ id }) => id).sort())
  const home = await openFolderHome(join(target.dataDir, 'files'))
  expect(
    (await verifyAll({ store, home, now: Date.now }, () => undefined)).flatMap(({ findings }) => findings),
  ).toEqual([])
})

test('the campus and the classrooms are of the same moment', async () => {
  const backend = await open()
  const campus = await fill(backend)
  const ann = await campus.register('Ann')
  const before = await dump(backend.store)
  const head = await campus.head()
  const store: Store = {
    ...backend.store,
    // Between the first look at the database and the first table.
    async listSteps() {
      await campus.accept(ann, send(EVERYONE_ID, 'too late'))
      const room = await createTestClassroom({ store: backend.store, owner: ann })
      await room.accept(ask('Too late?').command)
      return backend.store.listSteps()
    },
  }
  const home = await openFolderHome(join(backend.dataDir, 'files'))
  const made = await makeBackup({ store, home, folder: join(folder, 'backups'), now: Date.now() })
  expect(await campus.head()).toBeGreaterThan(head)
  expect(made.manifest.head).toBe(head)
  const target = await open(createEmptyBackend)
  await target.store.close()
  expect((await run(target, 'restore', 'latest')).code).toBe(0)
  expect(await dump(target.openStore())).toEqual(before)
})

test('a line ends with a line feed and with nothing else that people write', async () => {
  const path = join(folder, 'lines.gz')
  const texts = ['one\u2028two\u2029three\u0085four', '\r\n\r', '', '日本 🙂'.repeat(30_000)]
  async function* lines() {
    for (const text of texts) yield toLine([text])
  }
  expect((await writeLines(path, lines())).rows).toBe(texts.length)
  const read: unknown[] = []
  for await (const line of readLines(path)) read.push(...fromLine(line))
  expect(read).toEqual(texts)
})

test('whoever was beyond what came back pulls afresh, by themselves', async () => {
  const backend = await open()
  const campus = createCampus({ store: backend.store })
  const ann = await campus.register('Ann')
  await campus.accept(ann, send(EVERYONE_ID, 'kept'))
  await run(backend, 'backup')
  await campus.accept(ann, send(EVERYONE_ID, 'lost'))
  const outcome = await pullCampus(backend.store, ann)
  if (outcome.kind !== 'page') throw new Error(outcome.kind)
  const { lineage } = await backend.store.db
    .selectFrom('log')
    .select('lineage')
    .where('id', '=', 'campus')
    .executeTakeFirstOrThrow()
  const position = { lineage: lineage ?? '', cursor: await campus.head() }
  await backend.store.close()
  const { code, said } = await run(backend, 'restore', 'latest', '--replace')
  expect([code, said.back]).toEqual([0, [expect.stringMatching(/before.restore/)]])
  const store = backend.openStore()
  expect((await pullCampus(store, ann, position)).kind).toBe('reset')
  // Also once others have written beyond where it stood.
  const later = createCampus({ store })
  for (let count = 0; count < 5; count += 1) await later.accept(ann, send(EVERYONE_ID, 'since'))
  expect(await later.head()).toBeGreaterThan(position.cursor)
  expect((await pullCampus(store, ann, position)).kind).toBe('reset')
})

test('a database that is there is not touched unless it is to be put aside, and then nothing of it is lost', async () => {
  const backend = await open()
  await fill(backend)
  await run(backend, 'backup')
  const before = await dump(backend.store)
  expect((await refusal(backend, 'restore', 'latest')).code).toBe('not_empty')
  expect(await dump(backend.store)).toEqual(before)
})

test('what is damaged, missing or of a newer version is refused before anything is changed', async () => {
  const backend = await open()
  await fill(backend)
  const { name } = (await run(backend, 'backup')).said
  const path = join(folder, 'backups', String(name))
  const target = await open(createEmptyBackend)
  const expectRefused = async (code: string, words: string) => {
    const refused = await refusal(target, 'restore', 'latest')
    expect([refused.code, refused.message]).toEqual([code, expect.stringContaining(words)])
    expect(await target.store.listSteps()).toEqual([])
  }
  const manifest = readFileSync(join(path, 'manifest.json'), 'utf8')
  writeFileSync(join(path, 'manifest.json'), manifest.replace(`"${STEPS.at(-1)}"`, `"${STEPS.at(-1)}","9999-later"`))
  await expectRefused('newer_schema', '"9999-later"')
  writeFileSync(join(path, 'manifest.json'), manifest)
  appendFileSync(join(path, 'tables', 'message.ndjson.gz'), 'x')
  await expectRefused('damaged', 'tables/message.ndjson.gz is damaged.')
  expect(await run(backend, 'backups', '--check')).toMatchObject({ code: 1 })
  rmSync(join(path, 'tables', 'message.ndjson.gz'))
  await expectRefused('damaged', 'tables/message.ndjson.gz is missing.')
  writeFileSync(join(path, 'manifest.json'), '{"format": 2}')
  await expectRefused('not_found', 'There is no backup.')
  expect((await refusal(target, 'restore', path)).code).toBe('not_found')
})

test('a file that is lost or cut short at its place is said, and the backup restores without it', async () => {
  const backend = await open()
  await fill(backend)
  const [name = ''] = readdirSync(join(backend.dataDir, 'files', 'content'))
  writeFileSync(join(backend.dataDir, 'files', 'content', name), '01234')
  const { code, said } = await run(backend, 'backup')
  expect([code, said]).toEqual([1, expect.objectContaining({ files: 1, newFiles: 0, lostFiles: 1 })])
  expect(readdirSync(join(folder, 'backups', 'files'))).toEqual([])
  expect(await run(backend, 'backups', '--check')).toMatchObject({ code: 0 })
  const target = await open(createEmptyBackend)
  await target.store.close()
  expect(await run(target, 'restore', 'latest')).toMatchObject({ code: 0, said: { files: 0 } })
})

test('pictures of the largest size come back, hundreds of them', async () => {
  const backend = await open()
  const campus = createCampus({ store: backend.store })
  const ann = await campus.register('Ann')
  const bytes = Buffer.alloc(32_768, 7)
  const picture = () => ({ id: uuidv7(), user_id: ann, bytes, conversation_id: null, created_at: 1 })
  for (let count = 0; count < 30; count += 1) {
    await backend.store.db
      .insertInto('picture')
      .values(Array.from({ length: 10 }, picture))
      .execute()
  }
  expect((await run(backend, 'backup')).code).toBe(0)
  const target = await open(createEmptyBackend)
  await target.store.close()
  expect((await run(target, 'restore', 'latest')).code).toBe(0)
  const { count } = await target
    .openStore()
    .db.selectFrom('picture')
    .select(({ fn }) => fn.countAll<number>().as('count'))
    .executeTakeFirstOrThrow()
  expect(Number(count)).toBe(300)
})

test('a restore that fails says how to go back, and a second one deletes nothing that the first put aside', async () => {
  const backend = await open()
  await fill(backend)
  await run(backend, 'backup')
  const campus = createCampus({ store: backend.store })
  const precious = await campus.register('Precious')
  // What a full disk does to a restore, or a connection that breaks: it ends within a table.
  const path = join(folder, 'backups', String((await listBackups(join(folder, 'backups')))[0]?.name))
  const manifest = JSON.parse(readFileSync(join(path, 'manifest.json'), 'utf8')) as {
    tables: { name: string; columns: string[] }[]
  }
  const broken = {
    ...manifest,
    tables: manifest.tables.map((table) =>
      table.name === 'user' ? { ...table, columns: [...table.columns, 'nowhere'] } : table,
    ),
  }
  await backend.store.close()
  writeFileSync(join(path, 'manifest.json'), JSON.stringify(broken))
  const failed = await refusal(backend, 'restore', 'latest', '--replace')
  expect(failed).toEqual({
    code: 'failed',
    message: expect.stringMatching(/Do not start ChatBox on it.*To go back|to go back/) as string,
  })
  writeFileSync(join(path, 'manifest.json'), JSON.stringify(manifest))
  expect((await run(backend, 'restore', 'latest', '--replace')).code).toBe(0)
  expect(await findAside(backend, precious)).toBe(true)
})

/** Whether somebody is in what restores put aside. */
async function findAside(backend: Backend, userId: string): Promise<boolean> {
  const store = backend.openStore()
  if (store.kind === 'sqlite') {
    const folders = readdirSync(backend.dataDir).filter((name) => name.startsWith('before-restore-'))
    for (const name of folders) {
      const aside = openSqlite(join(backend.dataDir, name))
      const found = await aside.db
        .selectFrom('user')
        .select('id')
        .where('id', '=', userId)
        .executeTakeFirst()
        .catch(() => undefined)
      await aside.close()
      if (found !== undefined) return true
    }
    return false
  }
  const tables = await store.db.introspection.getTables()
  for (const { name } of tables.filter((table) => /^before_restore_\d+_user$/.test(table.name))) {
    const found = await store.db
      .selectFrom(name as 'user')
      .select('id')
      .where('id', '=', userId)
      .executeTakeFirst()
    if (found !== undefined) return true
  }
  return false
}

test('backups are for nobody else on this machine', async () => {
  const backend = await open()
  await fill(backend)
  await run(backend, 'backup')
  const backups = join(folder, 'backups')
  const [first] = await listBackups(backups)
  const [file = ''] = readdirSync(join(backups, 'files'))
  for (const path of [
    join(backups, 'files', file),
    join(first?.path ?? '', 'tables', 'user.ndjson.gz'),
    join(first?.path ?? '', 'manifest.json'),
  ])
    expect(statSync(path).mode & 0o077).toBe(0)
  for (const path of [backups, join(backups, 'files'), first?.path ?? '']) expect(statSync(path).mode & 0o077).toBe(0)
})

test('a backup whose list of files is lost does not end the server, and nothing is removed that it may need', async () => {
  const backend = await open()
  await fill(backend)
  const env = { ...settings(backend), BACKUP_KEEP: '2' }
  for (let count = 0; count < 2; count += 1) await run(env, 'backup')
  const backups = join(folder, 'backups')
  const before = await listBackups(backups)
  rmSync(join(before[1]?.path ?? '', 'files.ndjson.gz'))
  const { code, said } = await run(env, 'backup')
  expect([code, said]).toMatchObject([1, { error: { code: 'failed' } }])
  expect(await listBackups(backups)).toHaveLength(3)
  expect(readdirSync(join(backups, 'files'))).toHaveLength(1)
})

test('a file that is damaged in a backup is named', async () => {
  const backend = await open()
  await fill(backend)
  await run(backend, 'backup')
  const [file = ''] = readdirSync(join(folder, 'backups', 'files'))
  writeFileSync(join(folder, 'backups', 'files', file), '012345678x')
  const target = await open(createEmptyBackend)
  expect((await refusal(target, 'restore', 'latest')).message).toContain(`files/${file} is damaged.`)
})

test('what was cut off is no backup, and the next one removes it', async () => {
  const backend = await open()
  await fill(backend)
  const backups = join(folder, 'backups')
  mkdirSync(join(backups, '.partial-2026-01-01T00-00-00Z', 'tables'), { recursive: true })
  mkdirSync(join(backups, 'files'))
  writeFileSync(join(backups, 'files', 'x.whole.partial-'), 'half')
  expect(await listBackups(backups)).toEqual([])
  const broken = { read: () => Promise.reject(new Error('the disk burst')) }
  await expect(makeBackup({ store: backend.store, home: broken, folder: backups, now: Date.now() })).rejects.toThrow(
    'burst',
  )
  expect(readdirSync(backups)).toEqual(['files'])
  expect((await run(backend, 'backup')).code).toBe(0)
  expect(readdirSync(join(backups, 'files')).filter((name) => name.includes('partial'))).toEqual([])
})

test(
  'killed in the middle it leaves the backups before as they were, and the next one is whole',
  { timeout: 60_000 },
  async () => {
    const backend = await open()
    await fill(backend)
    expect((await run(backend, 'backup')).code).toBe(0)
    const backups = join(folder, 'backups')
    const before = await listBackups(backups)
    const names = () => readdirSync(backups).filter((name) => name.startsWith('.'))
    // A file that never arrives: it is killed before there is a manifest.
    const id = uuidv7()
    const content = { id, bytes: 10, sha256: '0'.repeat(64), small_bytes: null, created_at: 1 }
    await backend.store.db.insertInto('file_content').values(content).execute()
    const stalled = createServer((request, response) => {
      if (request.method !== 'GET') request.resume().once('end', () => response.end())
    })
    await new Promise<void>((resolve) => stalled.listen(0, '127.0.0.1', resolve))
    const url = `s3://key:secret@127.0.0.1:${(stalled.address() as AddressInfo).port}/bucket?tls=no`
    const { child } = runFile('server/ops/admin.ts', { ...settings(backend), FILES_URL: url }, ['backup', '--json'])
    await waitFor('a backup that is half done', () => names().length > 0 || undefined)
    const ended = once(child, 'exit')
    child.kill('SIGKILL')
    await ended
    expect(names()).toHaveLength(1)
    expect(await listBackups(backups)).toEqual(before)
    expect(await run(backend, 'backups', '--check')).toMatchObject({ code: 0 })
    // Nobody knows of it that it is dead until its lease ends.
    expect((await refusal(backend, 'backup')).message).toContain('cut off in the last two minutes')
    await backend.store.db.updateTable('lease').set({ ends_at: 1 }).execute()
    await backend.store.db.deleteFrom('file_content').where('id', '=', id).execute()
    expect(await run(backend, 'backup')).toMatchObject({ code: 0 })
    expect(names()).toEqual([])
    expect(await listBackups(backups)).toHaveLength(before.length + 1)
  },
)

test('files come out of an object store, and into another one', async () => {
  const [s3, other] = [await startS3(), await startS3()]
  try {
    const backend = await open()
    await fill(backend, s3.address)
    const made = await run({ ...settings(backend), FILES_URL: s3.url }, 'backup')
    expect([made.code, made.said]).toEqual([0, expect.objectContaining({ files: 1, newFiles: 1 })])
    const target = await open(createEmptyBackend)
    await target.store.close()
    const env = { ...settings(target), FILES_URL: other.url }
    expect((await run(env, 'restore', 'latest')).code).toBe(0)
    const home = await openS3Home(other.address, join(target.dataDir, 'making'))
    expect(await readContents(home, target.openStore())).toEqual(['0123456789'])
    expect(await run(env, 'verify')).toMatchObject({ code: 0, said: { ok: true } })
  } finally {
    await Promise.all([s3.stop(), other.stop()])
  }
})

test('on a full disk it says so, and the backups before are as they were', async () => {
  const disk = mountSmallDisk(900_000)
  if (disk === undefined) throw new Error('this test has to mount a small disk: run it as root')
  try {
    const backend = await open()
    const campus = createCampus({ store: backend.store })
    const ann = await campus.register('Ann')
    const env = { ...settings(backend), BACKUP_DIR: disk.folder }
    expect((await run(env, 'backup')).code).toBe(0)
    const before = await listBackups(disk.folder)
    const noise = () =>
      Array.from({ length: 3_000 }, () => String.fromCodePoint(0x4e00 + Math.floor(Math.random() * 20_000))).join('')
    for (let count = 0; count < 10; count += 1) {
      await campus.accept(ann, ...Array.from({ length: 30 }, () => send(EVERYONE_ID, noise())))
    }
    const { code, said } = await run(env, 'backup')
    expect([code, said]).toMatchObject([1, { error: { code: 'disk_full' } }])
    expect(await listBackups(disk.folder)).toEqual(before)
    expect(readdirSync(disk.folder).filter((name) => name.startsWith('.'))).toEqual([])
    expect(await run(env, 'backups', '--check')).toMatchObject({ code: 0 })
  } finally {
    disk.remove()
  }
})

test('a backup of an older version is brought up to date', async () => {
  const old = await open(createEmptyBackend)
  await old.store.migrate('0134-email-code')
  const id = uuidv7()
  const user = { id, seq: 1, handle: 'ann', name: 'Ann', picture_id: null, created_at: 1 }
  await old.store.db
    .insertInto('user')
    .values(user as never)
    .execute()
  const home = { read: async () => undefined }
  await makeBackup({ store: old.store, home, folder: join(folder, 'backups'), now: Date.now() })
  const target = await open(createEmptyBackend)
  await target.store.close()
  expect((await run(target, 'restore', 'latest')).code).toBe(0)
  const store = target.openStore()
  expect(await store.listSteps()).toEqual(STEPS)
  expect(await store.db.selectFrom('user').selectAll().execute()).toEqual([{ ...user, former: 0 }])
})

test('of two processes one makes the backup that is due, old ones go with the files that nothing else names, and a dead one is not waited for', async () => {
  const backend = await open()
  await fill(backend)
  const home = await openFolderHome(join(backend.dataDir, 'files'))
  const clock = createFakeClock(Date.UTC(2026, 11, 1))
  const backups = join(folder, 'backups')
  const errors: unknown[] = []
  const parts = {
    store: backend.store,
    home,
    clock,
    folder: backups,
    keep: 2,
    everyMs: 3_600_000,
    onError: (error: unknown) => errors.push(error),
  }
  const both = () => [startBackups(parts), startBackups({ ...parts, store: backend.openStore() })]
  const settle = async (started: (() => Promise<void>)[]) => Promise.all(started.map((stop) => stop()))
  await settle(both())
  expect(await listBackups(backups)).toHaveLength(1)
  // A restart makes none that is not due.
  await settle(both())
  expect(await listBackups(backups)).toHaveLength(1)
  const [file = ''] = readdirSync(join(backups, 'files'))
  await backend.store.db.deleteFrom('file_content').execute()
  for (let hour = 1; hour <= 3; hour += 1) {
    clock.advance(3_600_001)
    await settle(both())
  }
  expect(errors).toEqual([])
  const names = (await listBackups(backups)).map(({ name }) => name)
  expect(names).toEqual(['2026-12-01T02-00-00-002Z', '2026-12-01T03-00-00-003Z'])
  expect(existsSync(join(backups, 'files', file))).toBe(false)
  expect(errors).toEqual([])
  const acts = await backend.store.db.selectFrom('audit').select('via').where('act', '=', 'backup.make').execute()
  expect(acts).toEqual(Array.from({ length: 4 }, () => ({ via: 'server' })))

  const held = { name: 'backup', holder: 'a dead one', ends_at: Date.now() + LEASE_MS }
  await backend.store.upsert(backend.store.db, 'lease', ['name'], [held])
  expect((await refusal(backend, 'backup')).code).toBe('in_progress')
  await backend.store.upsert(backend.store.db, 'lease', ['name'], [{ ...held, ends_at: Date.now() - 1 }])
  expect((await run(backend, 'backup')).code).toBe(0)
})
