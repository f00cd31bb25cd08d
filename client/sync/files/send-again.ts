import type { CommandOf } from '../../../shared/protocol/commands.ts'
import type { MessageFile } from '../../../shared/protocol/files.ts'
import type { OutboxEntry, Upload } from '../database.ts'
import type { ClientTables } from '../tables.ts'

/*
 * The server refused a message because a file of it is not there: it was swept after a day without a message, or the log was
 * put back, and the file with it. What this device still has goes up once more, under the same ids; what it has not, the
 * uploader finds missing, and says so on the message.
 */

/** Has the files of these messages go up once more; returns those messages of which that can be tried. */
export async function sendFilesAgain(tables: ClientTables, messageIds: readonly string[]): Promise<Set<string>> {
  if (messageIds.length === 0) return new Set()
  const uploads = await tables.uploads.toArray()
  const entries = (await tables.outbox.toArray()).filter(({ id }) => messageIds.includes(id))
  const rows = new Map((await tables.messages.bulkGet([...messageIds])).map((row) => [row?.id, row]))
  const again = entries.flatMap((entry) => {
    const { command } = entry
    if (entry.state.kind !== 'waiting' || command.type !== 'message.send') return []
    const files = rows.get(entry.id)?.files ?? []
    return listUploads(entry, command, uploads, files)
  })
  await tables.uploads.bulkPut(again)
  return new Set(again.map(({ messageId }) => messageId))
}

/** Empty where some of the files are other people's, or nothing is known of them any more. */
function listUploads(
  { conversationId }: OutboxEntry,
  { id: messageId, files: sent = [] }: CommandOf<'message.send'>,
  uploads: readonly Upload[],
  files: readonly MessageFile[],
): Upload[] {
  const again = sent.flatMap((one, place): Upload[] => {
    if (one.from !== undefined) return []
    const upload = uploads.find(({ id }) => id === one.id)
    if (upload !== undefined) return [{ ...upload, state: WAITING, sent: 0, isCreated: false }]
    const file = files.find(({ id }) => id === one.id)
    return file === undefined ? [] : [fromFile(file, { conversationId, messageId, place })]
  })
  return again.length === sent.filter(({ from }) => from === undefined).length ? again : []
}

const WAITING: Upload['state'] = { kind: 'waiting' }

/** What went up before, as the server made it. */
function fromFile(file: MessageFile, at: Pick<Upload, 'conversationId' | 'messageId' | 'place'>): Upload {
  const { id, kind, name, type, bytes, width, height, preview, durationMs, description = '' } = file
  const as = kind === 'photo' || kind === 'voice' ? kind : 'document'
  return {
    ...{ ...at, id, name, type, bytes, as, isReady: true, sha256: null, description },
    ...(width !== undefined && height !== undefined && { width, height }),
    ...{ ...(preview !== undefined && { preview }), ...(durationMs !== undefined && { durationMs }) },
    ...{ state: WAITING, sent: 0, isCreated: false, problem: null },
  }
}
