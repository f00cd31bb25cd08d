import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'

/** All that lies in a server's folder, name by name. */
export function readFolder(folder: string): string {
  return readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map(({ parentPath, name }) => `${name}\n${readFileSync(join(parentPath, name), 'latin1')}`)
    .join('\n')
}

/** The names of the files in it that are no database. */
export function listOtherFiles(folder: string): string[] {
  return readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile() && !/\.sqlite(-wal|-shm)?$/.test(entry.name))
    .map(({ name }) => name)
    .sort()
}
