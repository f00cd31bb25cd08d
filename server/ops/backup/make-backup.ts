import { createHash } from 'node:crypto'
import { mkdir, open, readdir, rename, rm, stat, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import type { FileHome } from '../../files/home.ts'
import { CAMPUS_LOG } from '../../../shared/protocol/fields.ts'
import type { Database } from '../../store/schema.ts'
import type { Store } from '../../store/store.ts'
import { VERSION } from '../version.ts'
import {
  FILE_LIST,
  type FileLine,
  FILES,
  type Manifest,
  MANIFEST,
  PARTIAL,
  toBackupName,
  toFileName,
  toLine,
} from './format.ts'
import { listTables, readRows } from './tables.ts'
import { hashFile, writeLines } from './write-lines.ts'

export interface BackupParts {
  store: Store
  home: Pick<FileHome, 'read'>
  /** Where backups lie. */
  folder: string
  now: number
}

export interface MadeBackup {
  name: string
  manifest: Manifest
  /** Files that an earlier backup did not have. */
  newFiles: number
  /** Files that are not where they should be, or are not as they were uploaded: it does without them. */
  lostFiles: number
}

/**
 * Makes a backup while servers run: the tables as they are at one moment, and the files that they name. It is there whole once this
 * resolves, under its name; what was cut off leaves nothing that anybody takes for one. Throws what the disk or the database does.
 */
export async function makeBackup(parts: BackupParts): Promise<MadeBackup> {
  const { folder, now } = parts
  // It holds what people wrote to each other, and by what they are known: it is for whoever runs ChatBox alone.
  await mkdir(join(folder, FILES), { recursive: true, mode: 0o700 })
  await removePartial(folder)
  const name = toBackupName(now)
  const partial = join(folder, `${PARTIAL}${name}`)
  try {
    await mkdir(join(partial, 'tables'), { recursive: true, mode: 0o700 })
    const { files, ...read } = await readAll(parts, partial)
    const lines: FileLine[] = []
    let newFiles = 0
    for (const file of files) {
      const kept = await keepFile(parts, file)
      if (kept.isNew) newFiles += 1
      lines.push(kept.line)
    }
    const list = await writeLines(join(partial, FILE_LIST), toLines(lines))
    const manifest: Manifest = {
      format: 1,
      version: VERSION,
      takenAt: now,
      store: parts.store.kind,
      ...read,
      files: list,
    }
    await writeFile(join(partial, MANIFEST), `${JSON.stringify(manifest, null, 2)}\n`, { flush: true, mode: 0o600 })
    for (const written of [join(folder, FILES), join(partial, 'tables'), partial]) await syncFolder(written)
    await rename(partial, join(folder, name))
    await syncFolder(folder)
    return { name, manifest, newFiles, lostFiles: lines.filter(([, , , sha256]) => sha256 === '').length }
  } catch (error) {
    await rm(partial, { recursive: true, force: true }).catch(() => undefined)
    throw error
  }
}

interface WantedFile {
  contentId: string
  variant: FileLine[1]
  bytes: number
  /** Null of what is drawn from the whole. */
  sha256: string | null
}

/** In one snapshot: a moment of every table. */
function readAll({ store }: BackupParts, partial: string) {
  return store.read(async (db) => {
    // In SQLite a file is seen as it was when it is first read: one statement that reads both.
    await db.selectFrom(['classroom', 'log']).select('log.id').limit(1).execute()
    const steps = await store.listSteps()
    const log = await db.selectFrom('log').select('head').where('id', '=', CAMPUS_LOG).executeTakeFirst()
    const tables: Manifest['tables'] = []
    for (const shape of await listTables(store, db)) {
      const written = await writeLines(join(partial, 'tables', `${shape.name}.ndjson.gz`), toRowLines(db, shape))
      tables.push({ name: shape.name, columns: shape.columns, ...written })
    }
    return { steps, head: log?.head ?? 0, tables, files: await listFiles(db) }
  })
}

async function* toRowLines(db: Database, shape: Parameters<typeof readRows>[1]): AsyncGenerator<string> {
  for await (const row of readRows(db, shape)) yield toLine(row)
}

async function* toLines(lines: readonly FileLine[]): AsyncGenerator<string> {
  for (const line of lines) yield toLine(line)
}

async function listFiles(db: Database): Promise<WantedFile[]> {
  const rows = await db.selectFrom('file_content').select(['id', 'bytes', 'sha256', 'small_bytes']).execute()
  return rows.flatMap(({ id: contentId, bytes, sha256, small_bytes }) => [
    { contentId, variant: 'whole' as const, bytes, sha256 },
    ...(small_bytes === null ? [] : [{ contentId, variant: 'small' as const, bytes: small_bytes, sha256: null }]),
  ])
}

/** Copies a file that no earlier backup has; it never changes once it is there. What is lost, or is not what was uploaded, is noted without a hash. */
async function keepFile(
  { home, folder }: BackupParts,
  { contentId, variant, bytes, sha256 }: WantedFile,
): Promise<{ line: FileLine; isNew: boolean }> {
  const path = join(folder, FILES, toFileName([contentId, variant]))
  const before = await stat(path).catch(() => undefined)
  const known = await knownHash(path, before?.size === bytes ? sha256 : undefined)
  if (known !== undefined) return { line: [contentId, variant, bytes, known], isNew: false }
  const content = await home.read({ contentId, variant }, { first: 0, last: bytes - 1 })
  if (content === undefined) return { line: [contentId, variant, bytes, ''], isNew: false }
  const hash = createHash('sha256')
  let copied = 0
  const partial = `${path}${PARTIAL}`
  const file = await open(partial, 'w', 0o600)
  try {
    for await (const part of content as AsyncIterable<Buffer>) {
      hash.update(part)
      copied += part.length
      await file.writeFile(part)
    }
    await file.sync()
  } finally {
    await file.close()
  }
  const found = hash.digest('hex')
  if (copied !== bytes || (sha256 !== null && found !== sha256)) {
    await rm(partial, { force: true })
    return { line: [contentId, variant, bytes, ''], isNew: false }
  }
  await rename(partial, path)
  return { line: [contentId, variant, bytes, found], isNew: true }
}

/** What is drawn has its hash in no row: it is read once more, being small. */
async function knownHash(path: string, sha256: string | null | undefined): Promise<string | undefined> {
  if (sha256 !== null) return sha256
  return (await hashFile(path)).sha256
}

/** What was cut off before, by a kill or a full disk. */
async function removePartial(folder: string): Promise<void> {
  for (const name of await readdir(folder)) {
    if (name.startsWith(PARTIAL)) await rm(join(folder, name), { recursive: true, force: true })
  }
  for (const name of await readdir(join(folder, FILES))) {
    if (name.endsWith(PARTIAL)) await rm(join(folder, FILES, name), { force: true })
  }
}

async function syncFolder(folder: string): Promise<void> {
  const handle = await open(folder, 'r')
  await handle.sync().finally(() => handle.close())
}
