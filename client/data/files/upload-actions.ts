import type { CommandOf } from '../../../shared/protocol/commands.ts'
import type { ClientDatabase } from '../../sync/database.ts'
import { createContents } from '../../sync/files/contents.ts'
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

/**
 * Takes a file out of a message that waits for its files; a message of which nothing is left goes with it. Once the message
 * is on its way nothing changes.
 */
export function cancelUpload({ db }: Session, id: string): Promise<void> {
  return db.transaction('rw', db.outbox, db.uploads, async () => {
    const upload = await db.uploads.get(id)
    const entry = upload === undefined ? undefined : await db.outbox.get({ id: upload.messageId })
    if (entry?.command.type !== 'message.send' || entry.state.kind === 'accepted') return
    const siblings = await db.uploads.where({ messageId: entry.id }).toArray()
    // All of them whole, it may be with the server already.
    if (entry.state.kind === 'waiting' && siblings.every(({ state }) => state.kind === 'whole')) return
    const command = withoutFile(entry.command, id)
    if (command === null) await db.outbox.delete(entry.position)
    else await db.outbox.update(entry.position, { command })
    // Of no message any more: whoever uploads takes it back from the server, and removes what it holds.
    await db.uploads.update(id, { messageId: id })
  })
}

function withoutFile(command: CommandOf<'message.send'>, id: string): CommandOf<'message.send'> | null {
  const { files = [], ...rest } = command
  const left = files.filter((file) => file.id !== id)
  if (left.length > 0) return { ...rest, files: left }
  return command.text === '' ? null : rest
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
