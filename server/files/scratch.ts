import { mkdir, mkdtemp, opendir, rm, stat } from 'node:fs/promises'
import { join } from 'node:path'
import { asRoom, orMissing } from './disk-errors.ts'

/** A folder of this machine in which things are made that are there only for as long as that takes. */
export interface Scratch {
  /** Runs `work` with an empty folder of its own. */
  run<Answer>(work: (folder: string) => Promise<Answer>): Promise<Answer>
  /** Removes what was left behind by processes that ended in the middle of their work. */
  clear(olderThan: number): Promise<void>
}

export async function openScratch(path: string): Promise<Scratch> {
  await mkdir(path, { recursive: true })
  return {
    async run(work) {
      const folder = await asRoom(mkdtemp(join(path, 'upload-')))
      try {
        return await work(folder)
      } finally {
        await rm(folder, { recursive: true, force: true })
      }
    },
    async clear(olderThan) {
      for await (const name of listOldNames(path, olderThan)) {
        await rm(join(path, name), { recursive: true, force: true })
      }
    },
  }
}

/** The names in a folder of what was last changed before a time. */
export async function* listOldNames(folder: string, before: number): AsyncIterable<string> {
  for await (const { name } of await opendir(folder)) {
    const found = await orMissing(stat(join(folder, name)))
    if (found !== undefined && found.mtimeMs < before) yield name
  }
}
