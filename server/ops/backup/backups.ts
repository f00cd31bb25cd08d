import { readdir, readFile, rename, rm, stat } from 'node:fs/promises'
import { join } from 'node:path'
import * as v from 'valibot'
import {
  FILE_LIST,
  fileLine,
  type FileLine,
  FILES,
  fromLine,
  type Manifest,
  MANIFEST,
  manifestSchema,
  PARTIAL,
  toFileName,
} from './format.ts'
import { readLines } from './write-lines.ts'

export interface FoundBackup {
  name: string
  path: string
  manifest: Manifest
}

/** What may be a backup in a folder. */
async function listNames(folder: string): Promise<string[]> {
  const names = await readdir(folder).catch(() => [])
  return names.filter((name) => name !== FILES && !name.startsWith(PARTIAL))
}

/** The backups in a folder that are whole, as far as their manifest says, the oldest first; none where there is no such folder. */
export async function listBackups(folder: string): Promise<FoundBackup[]> {
  const found: FoundBackup[] = []
  for (const name of await listNames(folder)) {
    const manifest = await readManifest(join(folder, name))
    if (manifest !== undefined) found.push({ name, path: join(folder, name), manifest })
  }
  return found.sort((one, other) => one.manifest.takenAt - other.manifest.takenAt)
}

export async function readManifest(path: string): Promise<Manifest | undefined> {
  const text = await readFile(join(path, MANIFEST), 'utf8').catch(() => undefined)
  if (text === undefined) return undefined
  try {
    return v.parse(manifestSchema, JSON.parse(text))
  } catch {
    return undefined
  }
}

export async function listFilesOf(path: string): Promise<FileLine[]> {
  const files: FileLine[] = []
  for await (const line of readLines(join(path, FILE_LIST))) files.push(v.parse(fileLine, fromLine(line)))
  return files
}

/** Whether there is a manifest that this version cannot read: one of a newer version's form, or a damaged one. */
export async function isUnreadable(path: string): Promise<boolean> {
  const isThere = await stat(join(path, MANIFEST)).then(
    () => true,
    () => false,
  )
  return isThere && (await readManifest(path)) === undefined
}

/**
 * Removes all but the newest so many, and the files that none of these names; no file while there is a backup of which nobody knows
 * what it names. Returns the names of what it removed.
 */
export async function removeOldBackups(folder: string, keep: number): Promise<string[]> {
  const all = await listBackups(folder)
  const old = all.slice(0, Math.max(0, all.length - Math.max(1, keep)))
  if (old.length === 0) return []
  // Read first: a backup whose list cannot be read throws here, and then nothing is removed that it may need.
  const named = new Set<string>()
  for (const { path } of all.slice(old.length)) for (const file of await listFilesOf(path)) named.add(toFileName(file))
  for (const { name, path } of old) {
    // From now on nobody takes it for one, wherever this is cut off.
    const partial = join(folder, `${PARTIAL}${name}`)
    await rename(path, partial)
    await rm(partial, { recursive: true })
  }
  const names = await listNames(folder)
  const unreadable = await Promise.all(names.map((name) => isUnreadable(join(folder, name))))
  if (unreadable.includes(true)) return old.map(({ name }) => name)
  for (const name of await readdir(join(folder, FILES))) if (!named.has(name)) await rm(join(folder, FILES, name))
  return old.map(({ name }) => name)
}
