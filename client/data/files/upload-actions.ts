import type { ClientDatabase } from '../../sync/database.ts'
import { cancelFile } from '../../sync/files/cancel-file.ts'
import { createContents } from '../../sync/files/contents.ts'
import { rowTable } from '../../sync/log/dexie-table.ts'
import type { Session } from '../session.ts'

/** Where what is to be sent waits: an account's, or a classroom's. */
export interface UploadsPart {
  db: { uploads: ClientDatabase['uploads'] }
}

/** Sends a file no further until somebody goes on with it. */
export async function pauseUpload({ db }: UploadsPart, id: string): Promise<void> {
  await setState(db, id, 'waiting', 'paused')
}

export async function resumeUpload({ db }: UploadsPart, id: string): Promise<void> {
  await setState(db, id, 'paused', 'waiting')
}

type Waiting = 'waiting' | 'paused'

async function setState(db: UploadsPart['db'], id: string, from: Waiting, to: Waiting): Promise<void> {
  await db.uploads
    .where({ id })
    .filter(({ state }) => state.kind === from)
    .modify({ state: { kind: to } })
}

/** Takes a file out of a message that waits for its files; see `cancel-file.ts`. */
export function cancelUpload({ db }: Session, id: string): Promise<void> {
  return db.transaction('rw', db.outbox, db.uploads, () =>
    cancelFile({ outbox: rowTable(db.outbox), uploads: rowTable(db.uploads) }, id),
  )
}

/** Has a file of a refused message sent as a document, which is stored as it is; the message is to be sent again after it. */
export async function sendRefusedAsDocument({ db, clock }: Session, id: string): Promise<void> {
  const contents = createContents(db, () => clock.now())
  const source = await contents.find(id, 'source')
  if (source !== undefined) await contents.put(id, 'whole', source)
  await db.transaction('rw', db.uploads, async () => {
    const upload = await db.uploads.get(id)
    if (upload === undefined) return
    const { width: _, height: __, preview: ___, ...rest } = upload
    const bytes = source?.size ?? upload.bytes
    await db.uploads.put({ ...rest, bytes, as: 'document', sha256: null, sent: 0, isCreated: false, problem: null })
  })
}
