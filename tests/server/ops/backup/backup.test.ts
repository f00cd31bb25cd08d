import { once } from 'node:events'
import { existsSync, mkdirSync, readdirSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { join } from 'node:path'
import { setTimeout as pause } from 'node:timers/promises'
import { uuidv7 } from 'uuidv7'
import { expect, test } from 'vitest'
import { listBackups } from '../../../../server/ops/backup/backups.ts'
import { fromLine, toLine } from '../../../../server/ops/backup/format.ts'
import { LEASE_MS } from '../../../../server/ops/backup/lease.ts'
import { makeBackup } from '../../../../server/ops/backup/make-backup.ts'
import { startBackups } from '../../../../server/ops/backup/schedule.ts'
import { readLines, writeLines } from '../../../../server/ops/backup/write-lines.ts'
import { openFolderHome } from '../../../../server/files/folder-home.ts'
import { verifyAll } from '../../../../server/ops/verify/verify.ts'
import type { Store } from '../../../../server/store/store.ts'
import { EVERYONE_ID } from '../../../../shared/protocol/fields.ts'
import { createEmptyBackend } from '../../../support/backend.ts'
import { createCampus, send } from '../../../support/campus.ts'
import { ask, createTestClassroom } from '../../../support/classroom.ts'
import { createFakeClock } from '../../../support/fake-clock.ts'
import { mountSmallDisk } from '../../../support/small-disk.ts'
import { waitFor } from '../../../support/wait-for.ts'
import { runFile } from '../run-file.ts'

import { folder, open, settings, run, refusal, fill, dump, openBackups } from './backups.ts'

/* A backup is one moment and whole, or none; and is made while servers run. */

openBackups()

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

test('no file is removed while there is a backup of a newer version, which may need it', async () => {
  const backend = await open()
  await fill(backend)
  const env = { ...settings(backend), BACKUP_KEEP: '1' }
  await run(env, 'backup')
  const backups = join(folder, 'backups')
  const [first] = await listBackups(backups)
  const newer = join(backups, '2026-01-01T00-00-00-000Z')
  mkdirSync(newer)
  writeFileSync(join(newer, 'manifest.json'), '{"format": 2}')
  await backend.store.db.deleteFrom('file_content').execute()
  expect((await run(env, 'backup')).said).toMatchObject({ files: 0, removed: [first?.name] })
  expect(readdirSync(join(backups, 'files'))).toHaveLength(1)
  rmSync(newer, { recursive: true })
  await run(env, 'backup')
  expect(readdirSync(join(backups, 'files'))).toEqual([])
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
