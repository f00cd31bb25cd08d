import { constants, type ReadStream } from 'node:fs'
import { copyFile, link, mkdir, mkdtemp, open, opendir, rm, stat, statfs } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { type ByteRange, type ContentKey, type FileHome, HomeFull } from './home.ts'

/*
 *   files/uploads/<id>                 what has arrived of an upload
 *   files/content/<id>.whole, .small   what is kept
 *   files/making/<random>/             what is being made, for as long as that takes
 */

/** So much of the disk stays free, for the database beside it: this many bytes, or this part of a small disk. */
const RESERVE_BYTES = 1_000_000_000
const RESERVE_PART = 0.05

const NO_ROOM = new Set(['ENOSPC', 'EDQUOT'])

/** Files in a folder of this machine. Throws what the operating system says when it does not let us. */
export async function openFolderHome(folder: string): Promise<FileHome> {
  const uploads = join(folder, 'uploads')
  const content = join(folder, 'content')
  const making = join(folder, 'making')
  for (const path of [uploads, content, making]) await mkdir(path, { recursive: true })
  const uploadPath = (id: string) => join(uploads, id)
  const contentPath = ({ contentId, variant }: ContentKey) => join(content, `${contentId}.${variant}`)

  return {
    countUploaded: async (id) => (await countBytes(uploadPath(id))) ?? 0,
    append: (id, offset, source) => appendFile(uploadPath(id), offset, source),
    removeUpload: (id) => rm(uploadPath(id), { force: true }),
    async lend(id, work) {
      const lent = await asRoom(mkdtemp(join(making, 'upload-')))
      try {
        return await work({ path: uploadPath(id), folder: lent })
      } finally {
        await rm(lent, { recursive: true, force: true })
      }
    },
    async keep(key, path) {
      const target = contentPath(key)
      await asRoom(linkOrCopy(path, target))
      await sync(target)
      await sync(dirname(target))
    },
    has: async (key) => (await countBytes(contentPath(key))) !== undefined,
    read: (key, range) => readFile(contentPath(key), range),
    async removeContent(contentId) {
      for (const variant of ['whole', 'small'] as const) {
        await rm(contentPath({ contentId, variant }), { force: true })
      }
    },
    async *listOlder(than) {
      for await (const name of listNames(uploads, than)) yield { kind: 'upload', id: name }
      for await (const name of listNames(content, than)) yield { kind: 'content', id: name.replace(/\..*$/, '') }
    },
    async removeLeftovers(olderThan) {
      for await (const name of listNames(making, olderThan)) await rm(join(making, name), { recursive: true })
    },
    async countFree() {
      const { bavail, blocks, bsize } = await statfs(folder)
      return bavail * bsize - Math.min(RESERVE_BYTES, blocks * bsize * RESERVE_PART)
    },
  }
}

async function appendFile(path: string, offset: number, source: AsyncIterable<Uint8Array>): Promise<number> {
  const file = await asRoom(open(path, constants.O_WRONLY | constants.O_CREAT))
  try {
    let end = offset
    for await (const bytes of source) {
      // A disk that is almost full takes a part.
      for (let written = 0; written < bytes.length;) {
        const { bytesWritten } = await asRoom(file.write(bytes, written, bytes.length - written, end))
        written += bytesWritten
        end += bytesWritten
      }
    }
    return end
  } finally {
    await file.close()
  }
}

/** A second name for what is there already, where the file system has such names. */
async function linkOrCopy(path: string, target: string): Promise<void> {
  try {
    await link(path, target)
  } catch {
    await copyFile(path, target, constants.COPYFILE_FICLONE)
  }
}

async function sync(path: string): Promise<void> {
  const handle = await open(path, constants.O_RDONLY)
  try {
    await handle.sync()
  } finally {
    await handle.close()
  }
}

async function countBytes(path: string): Promise<number | undefined> {
  return (await orMissing(stat(path)))?.size
}

async function readFile(path: string, { first, last }: ByteRange): Promise<ReadStream | undefined> {
  const handle = await orMissing(open(path, constants.O_RDONLY))
  return handle?.createReadStream({ start: first, end: last })
}

async function* listNames(folder: string, olderThan: number): AsyncIterable<string> {
  for await (const { name } of await opendir(folder)) {
    const found = await orMissing(stat(join(folder, name)))
    if (found !== undefined && found.mtimeMs < olderThan) yield name
  }
}

async function orMissing<Found>(looking: Promise<Found>): Promise<Found | undefined> {
  try {
    return await looking
  } catch (error) {
    if (codeOf(error) === 'ENOENT') return undefined
    throw error
  }
}

async function asRoom<Answer>(writing: Promise<Answer>): Promise<Answer> {
  try {
    return await writing
  } catch (error) {
    throw NO_ROOM.has(codeOf(error)) ? new HomeFull('the disk is full', { cause: error }) : error
  }
}

function codeOf(error: unknown): string {
  return error instanceof Error && 'code' in error ? String(error.code) : ''
}
