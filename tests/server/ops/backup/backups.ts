import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { buffer } from 'node:stream/consumers'
import { afterEach, beforeEach, expect } from 'vitest'
import { toLine } from '../../../../server/ops/backup/format.ts'
import { listTables, readRows } from '../../../../server/ops/backup/tables.ts'
import { openFolderHome } from '../../../../server/files/folder-home.ts'
import type { FileHome } from '../../../../server/files/home.ts'
import { openS3Home, type S3Address } from '../../../../server/files/s3-home.ts'
import type { Store } from '../../../../server/store/store.ts'
import { EVERYONE_ID } from '../../../../shared/protocol/fields.ts'
import { type Backend, createBackend } from '../../../support/backend.ts'
import { type Campus, createCampus, react, send } from '../../../support/campus.ts'
import { answer, ask, createTestClassroom, putFile, putUpload } from '../../../support/classroom.ts'
import { admin, settingsOf } from '../admin/run-admin.ts'

/* Databases that are backed up, and those that a backup is restored into. */

export let folder: string
let opened: Backend[] = []

/** A folder for backups, anew for each test. Registers what tests of it begin and end with. */
export function openBackups(): void {
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'chatbox-backup-'))
  })
  afterEach(async () => {
    for (const backend of opened) await backend.dispose()
    opened = []
    rmSync(folder, { recursive: true, force: true })
  })
}

/** A database that goes with the test. */
export async function open(create = createBackend): Promise<Backend> {
  const backend = await create()
  opened.push(backend)
  return backend
}

export const settings = (backend: Backend) => ({ ...settingsOf(backend), BACKUP_DIR: join(folder, 'backups') })
export async function run(backend: Backend | Record<string, string | undefined>, ...typed: string[]) {
  const env = 'store' in backend ? settings(backend as Backend) : backend
  const end = await admin(env, [...typed, '--json'])
  return { code: end.code, said: end.json() as Record<string, unknown> }
}
export async function refusal(backend: Backend, ...typed: string[]): Promise<{ code: string; message: string }> {
  const { code, said } = await run(backend, ...typed)
  expect(code).toBe(1)
  return said.error as { code: string; message: string }
}

/** People, a group, a file of a message, a classroom with all that students do. */
export async function fill(backend: Backend, address?: S3Address): Promise<Campus> {
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
export async function dump(store: Store): Promise<Record<string, unknown[]>> {
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

export async function readContents(home: FileHome, store: Store): Promise<string[]> {
  const contents = await store.db.selectFrom('file_content').select('id').execute()
  const read = await Promise.all(
    contents.map(async ({ id }) => home.read({ contentId: id, variant: 'whole' }, { first: 0, last: 9 })),
  )
  return Promise.all(read.map(async (one) => (one === undefined ? 'lost' : (await buffer(one)).toString())))
}
