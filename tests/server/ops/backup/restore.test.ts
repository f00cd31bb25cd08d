import { appendFileSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { uuidv7 } from 'uuidv7'
import { expect, test } from 'vitest'
import { listBackups } from '../../../../server/ops/backup/backups.ts'
import { makeBackup } from '../../../../server/ops/backup/make-backup.ts'
import { openFolderHome } from '../../../../server/files/folder-home.ts'
import { openS3Home } from '../../../../server/files/s3-home.ts'
import { verifyAll } from '../../../../server/ops/verify/verify.ts'
import { openSqlite } from '../../../../server/store/sqlite.ts'
import { STEPS } from '../../../../server/store/migrate.ts'
import { EVERYONE_ID } from '../../../../shared/protocol/fields.ts'
import { type Backend, createEmptyBackend } from '../../../support/backend.ts'
import { createCampus, pullCampus, send } from '../../../support/campus.ts'
import { startS3 } from '../../../support/s3.ts'

import { folder, open, settings, run, refusal, fill, dump, readContents, openBackups } from './backups.ts'

/* What a backup has comes back, into whichever database, and a restored one needs nothing else. */

openBackups()

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

test('a database that is there is not touched unless it is to be put aside', async () => {
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
  expect((await refusal(target, 'restore', path)).code).toBe('unreadable')
  expect((await refusal(target, 'restore', join(folder, 'nowhere'))).code).toBe('not_found')
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
  // A server does not start on what is there in part, see start.test.ts.
  const inPart = backend.openStore()
  expect(await inPart.db.selectFrom('log').select('id').execute()).toEqual([])
  await inPart.close()
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

test('a file that is damaged in a backup is named', async () => {
  const backend = await open()
  await fill(backend)
  await run(backend, 'backup')
  const [file = ''] = readdirSync(join(folder, 'backups', 'files'))
  writeFileSync(join(folder, 'backups', 'files', file), '012345678x')
  const target = await open(createEmptyBackend)
  expect((await refusal(target, 'restore', 'latest')).message).toContain(`files/${file} is damaged.`)
})

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
