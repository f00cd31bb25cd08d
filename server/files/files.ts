import type { Readable } from 'node:stream'
import type { Refusal } from '../../shared/protocol/errors.ts'
import type { FileSpace, FileVariant, StoredFile } from '../../shared/protocol/files.ts'
import { sumAccountBytes, sumAllBytes } from './file-rows.ts'
import { findAnswerFile } from './find-answer-file.ts'
import { findFile, type FoundFile } from './find-file.ts'
import { finishUpload, STILL_LOOKING } from './finish.ts'
import type { ByteRange } from './home.ts'
import type { FileParts } from './parts.ts'
import { prepareSharp } from './photo.ts'
import { createQueue } from './queue.ts'
import { releaseFiles } from './release-files.ts'
import { createTusUploads } from './tus.ts'

/** Everything that this room does for who is signed in. */
export interface Files {
  /** Answers a request of tus. */
  upload(userId: string, request: Request): Promise<Response | Refusal>
  /** Looks at what was uploaded. It goes on when who asked has left. */
  finish(userId: string, id: string): Promise<StoredFile | Refusal>
  /** What somebody may see at this moment. */
  find(userId: string, id: string, variant: FileVariant): Promise<FoundFile | undefined>
  /** The same of what an answer in a classroom carries. */
  findInClassroom(
    classroomId: string,
    id: string,
    variant: FileVariant,
    audience: 'everybody' | 'staff',
  ): Promise<FoundFile | undefined>
  /** Undefined when its bytes are not there, against what its row says. */
  read(file: Pick<FoundFile, 'contentId' | 'variant'>, range: ByteRange): Promise<Readable | undefined>
  findSpace(userId: string): Promise<FileSpace>
  /** How many bytes there is room for, in all. */
  countRoom(): Promise<number>
  /** Something carries these files no more. */
  release(ids: readonly string[]): Promise<void>
  /** Resolves when what was begun has ended. */
  close(): Promise<void>
}

const LOOKED_AT_ONCE = 4
const DRAWN_AT_ONCE = 1
/** Our clients wait 20 s for an answer. */
const FINISHED_WITHIN_MS = 15_000

export function createFiles(parts: FileParts): Files {
  prepareSharp()
  const { store, home, limits } = parts
  const uploads = createTusUploads(parts)
  const finishParts = { ...parts, looking: createQueue(LOOKED_AT_ONCE), drawing: createQueue(DRAWN_AT_ONCE) }
  const running = new Set<Promise<unknown>>()
  async function follow<Answer>(work: Promise<Answer>): Promise<Answer> {
    running.add(work)
    try {
      return await work
    } finally {
      running.delete(work)
    }
  }

  return {
    upload: (userId, request) => follow(uploads.handle(userId, request)),
    finish: (userId, id) => withinTime(follow(finishUpload(finishParts, userId, id)), parts.onError),
    find: (userId, id, variant) => findFile(store.db, userId, id, variant),
    findInClassroom: (classroomId, id, variant, audience) =>
      findAnswerFile(store.db, classroomId, id, variant, audience),
    read: ({ contentId, variant }, range) => home.read({ contentId, variant }, range),
    async findSpace(userId) {
      const usedBytes = await sumAccountBytes(store.db, userId)
      return { usedBytes, accountBytesMax: limits.accountBytesMax, fileBytesMax: limits.fileBytesMax }
    },
    async countRoom() {
      const free = await home.countFree()
      return limits.bytesMax === undefined ? free : Math.min(free, limits.bytesMax - (await sumAllBytes(store.db)))
    },
    release: (ids) => follow(releaseFiles({ store }, ids)),
    async close() {
      await Promise.allSettled(running)
    },
  }
}

/** Whoever waits longer asks again, and waits for the same work. */
async function withinTime<Answer>(work: Promise<Answer>, onError: (error: unknown) => void): Promise<Answer | Refusal> {
  const late = Symbol('late')
  let timer: NodeJS.Timeout | undefined
  const end = new Promise<typeof late>((resolve) => (timer = setTimeout(resolve, FINISHED_WITHIN_MS, late)))
  try {
    const first = await Promise.race([work, end])
    if (first !== late) return first
    work.catch(onError)
    return STILL_LOOKING
  } finally {
    clearTimeout(timer)
  }
}
