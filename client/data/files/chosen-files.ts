import type { Observable, Table } from 'dexie'
import { uuidv7 } from 'uuidv7'
import { cleanFileName } from '../../../shared/clean-file-name.ts'
import type { UploadMetadata } from '../../../shared/protocol/files.ts'
import { FILES_PER_MESSAGE_MAX } from '../../../shared/protocol/limits.ts'
import type { Clock } from '../../../shared/clock.ts'
import { createContents, type ContentsDatabase } from '../../sync/files/contents.ts'
import type { Upload } from '../../sync/database.ts'
import { liveQuery } from '../../sync/storage/live-query.ts'

/*
 * The files of a message that is being written. They are kept on this device from the moment in which they were chosen, as
 * its text is:
 *
 *   chosen ── a photo is drawn anew, at its size for sending ──▶ ready ── sent ──▶ uploads and the outbox
 *     │                                                            ▲
 *     └── anything else, as it is ─────────────────────────────────┘
 */

/** A file as a person chose it. */
export interface ChosenFile {
  name: string
  type: string
  content: Blob
  as: UploadMetadata['as']
  durationMs?: number
}

/** What was made of a photo: what is sent of it, and how it looks. */
export interface PreparedPhoto {
  content: Blob
  /** What a list shows of it. */
  small: Blob
  name: string
  type: string
  width: number
  height: number
  preview: string
}

/** Where what is chosen is kept: with an account's messages, or with a classroom's answers, whose files are called otherwise. */
export interface ChoosingPart {
  db: ContentsDatabase & { uploads: Table<Upload, string> }
  clock: Pick<Clock, 'now'>
  newId?: () => string
}

export function watchChosenFiles({ db }: ChoosingPart, conversationId: string): Observable<Upload[]> {
  return liveQuery(async () => listChosen(await db.uploads.where({ conversationId }).toArray()))
}

/** Of a conversation's files those that are not sent yet, in the order in which they were chosen. */
export function listChosen(uploads: readonly Upload[]): Upload[] {
  return uploads.filter(({ messageId }) => messageId === '').sort((one, other) => one.place - other.place)
}

/** How many more a message with these has room for. */
export function roomFor(chosen: readonly Upload[]): number {
  return Math.max(0, FILES_PER_MESSAGE_MAX - chosen.length)
}

/** Keeps what was chosen; returns how many found no room in the message. Throws where the device cannot store them. */
export async function chooseFiles(
  part: ChoosingPart,
  conversationId: string,
  files: readonly ChosenFile[],
): Promise<{ left: number }> {
  const { db, clock, newId } = part
  const contents = createContents(db, () => clock.now())
  const findChosen = async () => listChosen(await db.uploads.where({ conversationId }).toArray())
  const taken = files.slice(0, roomFor(await findChosen()))
  let left = files.length - taken.length
  for (const file of taken) {
    const upload = toUpload(file, { conversationId, messageId: '', place: 0 }, newId)
    // First what it holds: a file without is nothing.
    await contents.put(upload.id, file.as === 'photo' ? 'source' : 'whole', file.content)
    const isKept = await db.transaction('rw', db.uploads, async () => {
      const chosen = await findChosen()
      if (roomFor(chosen) === 0) return false
      await db.uploads.add({ ...upload, place: (chosen.at(-1)?.place ?? -1) + 1 })
      return true
    })
    if (isKept) continue
    // Another choice was quicker.
    left += 1
    await contents.remove([upload.id])
  }
  return { left }
}

/** Keeps what a file of a message holds, that is yet to be queued with it. */
export async function keepForMessage(
  { db, clock }: ChoosingPart,
  conversationId: string,
  messageId: string,
  file: ChosenFile,
): Promise<Upload> {
  const upload = toUpload(file, { conversationId, messageId, place: 0 })
  await createContents(db, () => clock.now()).put(upload.id, 'whole', file.content)
  return upload
}

export function toUpload(
  { name, type, content, as, durationMs }: ChosenFile,
  at: Pick<Upload, 'conversationId' | 'messageId' | 'place'>,
  newId: () => string = uuidv7,
): Upload {
  return {
    ...{ ...at, id: newId(), name: cleanFileName(name), type, bytes: content.size },
    ...{ as, isReady: as !== 'photo', sha256: null, description: '', state: { kind: 'waiting' } },
    ...{ sent: 0, isCreated: false, problem: null, ...(durationMs !== undefined && { durationMs }) },
  }
}

/** What somebody chose, as it was; nothing where the browser took it away. */
export async function findSource({ db, clock }: ChoosingPart, id: string): Promise<Blob | undefined> {
  const contents = createContents(db, () => clock.now())
  return (await contents.find(id, 'source')) ?? contents.find(id, 'whole')
}

/** Notes what was made of a photo. */
export async function setPrepared({ db, clock }: ChoosingPart, id: string, photo: PreparedPhoto): Promise<void> {
  const { content, small, name, type, width, height, preview } = photo
  const contents = createContents(db, () => clock.now())
  await contents.put(id, 'whole', content)
  await contents.put(id, 'small', small)
  const changed = await db.uploads.update(id, {
    ...{ as: 'photo', isReady: true, name: cleanFileName(name), type, bytes: content.size, sha256: null },
    ...{ width, height, preview },
  })
  // It was taken out while it was drawn.
  if (changed === 0) await contents.remove([id])
}

/** Has a photo drawn anew, `asIs` without being shrunk. */
export async function prepareAgain({ db }: ChoosingPart, id: string, asIs: boolean): Promise<void> {
  await db.uploads.update(id, { as: 'photo', asIs, isReady: false })
}

/** Has a file sent as it is, as a document. */
export async function sendAsDocument({ db, clock }: ChoosingPart, id: string): Promise<void> {
  const contents = createContents(db, () => clock.now())
  const source = await contents.find(id, 'source')
  if (source !== undefined) await contents.put(id, 'whole', source)
  await db.uploads.where({ id }).modify((upload) => {
    upload.as = 'document'
    upload.isReady = true
    upload.sha256 = null
    upload.bytes = source?.size ?? upload.bytes
    delete upload.width
    delete upload.height
    delete upload.preview
  })
}

export async function describeFile({ db }: ChoosingPart, id: string, description: string): Promise<void> {
  await db.uploads.update(id, { description })
}

export async function removeChosen({ db, clock }: ChoosingPart, id: string): Promise<void> {
  await db.uploads.delete(id)
  await createContents(db, () => clock.now()).remove([id])
}
