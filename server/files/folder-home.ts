import { constants, type ReadStream } from 'node:fs'
import { copyFile, link, mkdir, open, rm, stat, statfs, utimes } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { asRoom, codeOf, orMissing } from './disk-errors.ts'
import { type ByteRange, type ContentKey, type FileHome, HomeUnavailable } from './home.ts'
import { listOldNames, openScratch, type Scratch } from './scratch.ts'

/*
 *   files/uploads/<id>                 what has arrived of an upload
 *   files/content/<id>.whole, .small   what is kept
 *   files/making/<random>/             what is being made, for as long as that takes
 */

/** So much of the disk stays free, for the database beside it: this many bytes, or this part of a small disk. */
const RESERVE_BYTES = 1_000_000_000
const RESERVE_PART = 0.05

/** Files in a folder of this machine. Throws `HomeUnavailable`. */
export async function openFolderHome(folder: string): Promise<FileHome> {
  const uploads = join(folder, 'uploads')
  const content = join(folder, 'content')
  let scratch: Scratch
  try {
    for (const path of [uploads, content]) await mkdir(path, { recursive: true })
    scratch = await openScratch(join(folder, 'making'))
  } catch (error) {
    throw new HomeUnavailable(
      `The folder ${folder} cannot be written to (${codeOf(error)}). Change its owner, or set DATA_DIR to another one.`,
      { cause: error },
    )
  }
  const uploadPath = (id: string) => join(uploads, id)
  const contentPath = ({ contentId, variant }: ContentKey) => join(content, `${contentId}.${variant}`)

  return {
    countUploaded: async (id) => (await countBytes(uploadPath(id))) ?? 0,
    append: (id, offset, source) => appendFile(uploadPath(id), offset, source),
    removeUpload: (id) => rm(uploadPath(id), { force: true }),
    withUpload: (id, work) => scratch.run((folder) => work({ path: uploadPath(id), folder })),
    async keep(key, path) {
      const target = contentPath(key)
      // Else it would be as old as its upload, and be swept before its rows are written.
      const now = new Date()
      await utimes(path, now, now)
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
      for await (const name of listOldNames(uploads, than)) yield { kind: 'upload', id: name }
      for await (const name of listOldNames(content, than)) yield { kind: 'content', id: name.replace(/\..*$/, '') }
    },
    removeLeftovers: scratch.clear,
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
