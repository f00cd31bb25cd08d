import { stat } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { listFilesOf, type FoundBackup } from './backups.ts'
import { FILE_LIST, FILES, toFileName } from './format.ts'
import { hashFile } from './write-lines.ts'

/** What of a backup is not as its manifest says, each in a sentence; changes nothing. */
export async function checkBackup({ path, manifest }: Pick<FoundBackup, 'path' | 'manifest'>): Promise<string[]> {
  const wrong: string[] = []
  const parts = [
    ...manifest.tables.map(({ name, sha256 }) => ({ file: join('tables', `${name}.ndjson.gz`), sha256 })),
    { file: FILE_LIST, sha256: manifest.files.sha256 },
  ]
  for (const { file, sha256 } of parts) {
    const found = await hashFile(join(path, file)).catch(() => undefined)
    if (found === undefined) wrong.push(`${file} is missing.`)
    else if (found.sha256 !== sha256) wrong.push(`${file} is damaged.`)
  }
  if (wrong.length > 0) return wrong
  for (const line of await listFilesOf(path)) {
    const [, , bytes, sha256] = line
    // It was lost before the backup was made.
    if (sha256 === '') continue
    const file = join(dirname(path), FILES, toFileName(line))
    const size = (await stat(file).catch(() => undefined))?.size
    if (size === undefined) wrong.push(`${FILES}/${toFileName(line)} is missing.`)
    else if (size !== bytes || (await hashFile(file)).sha256 !== sha256) {
      wrong.push(`${FILES}/${toFileName(line)} is damaged.`)
    }
  }
  return wrong
}
