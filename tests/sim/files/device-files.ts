import { createFilesApi } from '../../../client/sync/files/files-api.ts'
import { contentKey, type Contents } from '../../../client/sync/files/contents.ts'
import type { PieceSize } from '../../../client/sync/files/piece-size.ts'
import { sendPieces } from '../../../client/sync/files/send-pieces.ts'
import type { UploadPart } from '../../../client/sync/files/uploader.ts'
import type { Upload } from '../../../client/sync/database.ts'
import type { ClientStore } from '../../../client/sync/tables.ts'
import type { Tab } from '../browser.ts'
import { runOn, type Disk } from '../memory-store.ts'
import { createJournal, createTable, type Journal, type MemoryTable } from '../memory-table.ts'
import type { Chance } from '../scheduler.ts'

/** What files hold on one device: it outlives its tabs, as the tables do, in transactions of its own. */
export interface FilesDisk {
  readonly contents: MemoryTable<Held, string>
  readonly journal: Journal
}

interface Held {
  key: string
  fileId: string
  bytes: Uint8Array
}

export function createFilesDisk(): FilesDisk {
  const journal = createJournal()
  return { journal, contents: createTable(journal, (held) => held.key) }
}

/** So many bytes go in one piece: a file takes some. */
const PIECE: PieceSize = { bytes: 60, onCarried: () => undefined, onLost: () => undefined }

/** What it takes to upload from a tab, real but for what is stored where. */
export function createUploadPart(
  tab: Tab,
  userId: string,
  store: ClientStore,
  files: FilesDisk,
  chance: Chance,
): UploadPart {
  const { fetch, clock } = tab.environment
  const run = <Answer>(work: () => Promise<Answer>) => runOn(files.journal, tab.isOn, tab.whenThawed, work)
  return {
    ...{ store, pieceSize: PIECE, newId: chance.id, now: () => clock.now() },
    contents: createContents(files, run),
    api: createFilesApi(fetch, userId),
    sendPieces: (options) => sendPieces({ ...options, fetch, account: userId, clock }),
    onError: (error) => tab.environment.onError(error),
  }
}

function createContents(
  { contents }: FilesDisk,
  run: <Answer>(work: () => Promise<Answer>) => Promise<Answer>,
): Contents {
  const listOf = async (fileIds: readonly string[]) =>
    (await contents.toArray()).filter(({ fileId }) => fileIds.includes(fileId))
  return {
    find: (fileId, variant) =>
      run(async () => {
        const [held] = await contents.bulkGet([contentKey(fileId, variant)])
        return held && new Blob([held.bytes.slice()])
      }),
    put: () => Promise.reject(new Error('nothing is made of files here')),
    remove: (fileIds) =>
      run(async () => void (await contents.bulkDelete((await listOf(fileIds)).map(({ key }) => key)))),
    removeSources: () => Promise.resolve(),
    copy: (fileId, newId) =>
      run(async () => {
        const held = await listOf([fileId])
        await contents.bulkPut(held.map((one) => ({ ...one, fileId: newId, key: one.key.replace(fileId, newId) })))
      }),
  }
}

/** A file as somebody chooses it. */
export interface ChosenFile {
  id: string
  name: string
  bytes: Uint8Array
}

/** What a view does with the files of a message, before it is queued. Throws what a store that takes nothing throws. */
export function keepChosen(
  disk: Disk,
  files: FilesDisk,
  { conversationId, messageId }: Pick<Upload, 'conversationId' | 'messageId'>,
  chosen: readonly ChosenFile[],
): void {
  for (const { fault } of [files.journal, disk.journal]) {
    if (fault !== undefined) throw new DOMException('the write failed', fault)
  }
  void files.contents.bulkPut(chosen.map(({ id, bytes }) => ({ key: contentKey(id, 'whole'), fileId: id, bytes })))
  void disk.uploads.bulkPut(
    chosen.map(({ id, name, bytes }, place) => ({
      ...{ id, conversationId, messageId, place, name, type: '', bytes: bytes.length, as: 'document' },
      ...{ isReady: true, sha256: null, description: '', state: { kind: 'waiting' }, sent: 0, isCreated: false },
      problem: null,
    })),
  )
}
