import { createDevice } from '../../data/device.ts'
import { ann, group } from '../../data/example.ts'
import { createFakeClock } from '../../../support/fake-clock.ts'
import { chooseFiles } from '../../../../client/data/files/chosen-files.ts'
import { sendMessage } from '../../../../client/data/messages/send-message.ts'
import type { OutboxEntry, Upload } from '../../../../client/sync/database.ts'
import { createDexieStore } from '../../../../client/sync/dexie-store.ts'
import { createPieceSize } from '../../../../client/sync/files/piece-size.ts'
import { toUploadPart } from '../../../../client/sync/files/upload-part.ts'
import type { UploadPart } from '../../../../client/sync/files/uploader.ts'
import type { Fetch } from '../../../../client/sync/request.ts'
import { listWaiting } from '../../../../client/sync/settle.ts'

/** What the files of a message hold, by their names. */
export type Holding = Record<string, string | Blob>

/** Ann's device, with all that it takes to send files; its clock stands still. */
export async function createFilesDevice(fetch: Fetch) {
  const session = await createDevice(fetch)
  const { db } = session
  const store = createDexieStore(db)
  const clock = createFakeClock()
  const errors: unknown[] = []
  const onError = (error: unknown) => void errors.push(error)
  const createPart = (): UploadPart => ({
    ...toUploadPart({ fetch, clock, onError }, ann, db, store),
    pieceSize: createPieceSize(),
  })
  const findUpload = async (name: string): Promise<Upload> => {
    const [upload] = await db.uploads.filter((one) => one.name === name).toArray()
    if (upload === undefined) throw new Error(`there is no upload of ${name}`)
    return upload
  }
  return {
    ...{ session, db, store, clock, errors, findUpload, createPart },
    part: createPart(),
    /** Sends a message with files, as a person does; returns its id. */
    async queue(text: string, holding: Holding = {}): Promise<string> {
      const files = Object.entries(holding).map(([name, held]) => ({
        ...{ name, type: 'text/plain', as: 'document' as const },
        content: held instanceof Blob ? held : new Blob([held]),
      }))
      await chooseFiles(session, group, files)
      const chosen = await db.uploads.where({ conversationId: group, messageId: '' }).sortBy('place')
      const ids = chosen.map(({ id }) => id)
      await sendMessage(session, group, text, null, null, ids)
      return (await db.outbox.orderBy('position').last())?.id ?? ''
    },
    /** The texts of what may go now, in their order. */
    async due(): Promise<string[]> {
      const entries = await store.transact((tables) => listWaiting(tables, clock.now()))
      return entries.map(({ command }) => ('text' in command ? command.text : command.type))
    },
    async entryOf(id: string): Promise<OutboxEntry> {
      const entry = await db.outbox.get({ id })
      if (entry === undefined) throw new Error('it is not in the outbox')
      return entry
    },
    /** What is stored of a file, by variant. */
    async contentsOf(id: string): Promise<Record<string, string>> {
      const held = await db.contents.where({ fileId: id }).toArray()
      const texts = held.map(async ({ key, blob }) => [key.slice(id.length + 1), await blob.text()] as const)
      return Object.fromEntries(await Promise.all(texts))
    },
  }
}

export type FilesDevice = Awaited<ReturnType<typeof createFilesDevice>>
