import { randomUUID } from 'node:crypto'
import { copyFile, mkdir, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import type { FileHome } from '../../files/home.ts'
import { STEPS } from '../../store/migrate.ts'
import type { Store } from '../../store/store.ts'
import { type FoundBackup, listFilesOf } from './backups.ts'
import { FILES, fromLine, toFileName, type Value } from './format.ts'
import { listTables, toOwnTable } from './tables.ts'
import { readLines } from './write-lines.ts'

/** SQLite takes 32,766 values in a statement. */
const VALUES_AT_ONCE = 5_000
/** Of the lines of a backup. What MySQL takes in a packet is 16 MB and more, and bytes are written as twice as many letters. */
const LETTERS_AT_ONCE = 1_000_000

/** The first step of a backup's schema that this version does not know; undefined where it knows them all. */
export function findNewerStep({ manifest }: Pick<FoundBackup, 'manifest'>): string | undefined {
  return manifest.steps.find((step) => !STEPS.includes(step))
}

/**
 * Fills a database in which nothing is, not even a schema, with what a backup has, and a home with its files. The schema comes as it
 * was then, and up to date after that. The log begins a new lineage with its first write, so that devices pull afresh by themselves.
 */
export async function restoreBackup(
  { store, home }: { store: Store; home: Pick<FileHome, 'keep' | 'has'> },
  { path, manifest }: FoundBackup,
  tell: (line: string) => void,
): Promise<{ rows: number; files: number }> {
  await store.migrate(manifest.steps.at(-1))
  let rows = 0
  for (const { name } of await listTables(store, store.db)) await store.db.deleteFrom(name).execute()
  // The log at the very end: without it nothing can be written to a database that was filled in part.
  for (const table of manifest.tables.toSorted((one, other) => Number(isLog(one)) - Number(isLog(other)))) {
    tell(`${table.name}: ${table.rows} rows`)
    rows += await fillTable(store, path, table)
  }
  await store.migrate()
  const files = await keepFiles(home, path)
  return { rows, files }
}

/** Of a database without the log's own row, which is filled last. */
export const RESTORED_IN_PART =
  'A restore of this database broke off: what is in it is not whole. Run "npm run admin -- restore BACKUP --replace", or put back what that put aside.'

const isLog = ({ name }: { name: string }) => name === 'log'

async function fillTable(
  store: Store,
  path: string,
  { name, columns }: FoundBackup['manifest']['tables'][number],
): Promise<number> {
  const shared = name === 'classroom_log' ? 'log' : name === 'classroom_lineage' ? 'ended_lineage' : name
  const atOnce = Math.max(1, Math.floor(VALUES_AT_ONCE / columns.length))
  let batch: Record<string, Value>[] = []
  let rows = 0
  let letters = 0
  const write = async () => {
    const byTable = new Map<ReturnType<typeof toOwnTable>, Record<string, Value>[]>()
    for (const row of batch) {
      const own = toOwnTable(store, shared, row)
      const some = byTable.get(own)
      if (some === undefined) byTable.set(own, [row])
      else some.push(row)
    }
    batch = []
    letters = 0
    await store.write(async (db) => {
      for (const [table, some] of byTable) await db.insertInto(table).values(some).execute()
    })
  }
  for await (const line of readLines(join(path, 'tables', `${name}.ndjson.gz`))) {
    const values = fromLine(line)
    batch.push(Object.fromEntries(columns.map((column, at) => [column, values[at] ?? null])))
    rows += 1
    letters += line.length
    if (batch.length >= atOnce || letters >= LETTERS_AT_ONCE) await write()
  }
  if (batch.length > 0) await write()
  return rows
}

/** What a home keeps it may take for its own: it gets a copy. */
async function keepFiles(home: Pick<FileHome, 'keep' | 'has'>, path: string): Promise<number> {
  const folder = join(tmpdir(), `chatbox-restore-${randomUUID()}`)
  await mkdir(folder)
  let files = 0
  try {
    for (const line of await listFilesOf(path)) {
      const [contentId, variant, , sha256] = line
      if (sha256 === '' || (await home.has({ contentId, variant }))) continue
      const copy = join(folder, toFileName(line))
      await copyFile(join(dirname(path), FILES, toFileName(line)), copy)
      await home.keep({ contentId, variant }, copy)
      await rm(copy, { force: true })
      files += 1
    }
  } finally {
    await rm(folder, { recursive: true, force: true })
  }
  return files
}
