import type { CommandOf } from '../../../shared/protocol/commands.ts'
import { refusal } from '../../../shared/protocol/errors.ts'
import type { MessageFile } from '../../../shared/protocol/files.ts'
import type { MessageRow } from '../../../shared/protocol/rows.ts'
import type { Upload } from '../database.ts'
import type { ClientTables } from '../tables.ts'

/*
 * The server refused a message because a file of it is not there: it was swept after a day without a message, or the log was
 * put back, and the file with it. What this device still has goes up once more, under the same ids; what it has not, the
 * uploader finds missing, and says so on the message.
 */

/** `first`, or `again` when the same was done for it before, and it was refused all the same. */
export type ComingAgain = 'first' | 'again'

/** Has the files of these messages go up once more; returns those messages of which that can be tried. */
export async function sendFilesAgain(
  tables: Pick<ClientTables, 'outbox' | 'uploads'>,
  messageIds: readonly string[],
): Promise<Map<string, ComingAgain>> {
  const coming = new Map<string, ComingAgain>()
  if (messageIds.length === 0) return coming
  const uploads = await tables.uploads.toArray()
  for (const { id, state, command } of await tables.outbox.toArray()) {
    if (!messageIds.includes(id) || state.kind !== 'waiting' || command.type !== 'message.send') continue
    const own = listOwn(command, uploads)
    if (own.length === 0) continue
    const wasTried = own.every(({ problem }) => problem?.code === 'file_missing')
    // It is another file of it that is missing: one that somebody else sent.
    if (wasTried && (command.files ?? []).length > own.length) continue
    await tables.uploads.bulkPut(own.map((upload) => ({ ...upload, ...UP_ONCE_MORE })))
    coming.set(id, wasTried ? 'again' : 'first')
  }
  return coming
}

const UP_ONCE_MORE: Partial<Upload> = {
  ...{ state: { kind: 'waiting' }, sent: 0, isCreated: false, problem: refusal('file_missing') },
}

/** Its files but for those of other messages; none where of some of them nothing is known any more. */
function listOwn({ files = [] }: CommandOf<'message.send'>, uploads: readonly Upload[]): Upload[] {
  const own = files.filter(({ from }) => from === undefined)
  const known = own.flatMap(({ id }) => uploads.find((upload) => upload.id === id) ?? [])
  return known.length === own.length ? known : []
}

/**
 * What there is to know of the files of messages that are offered once more, for the rows that tell it go with what is
 * pulled afresh. Where the server has them all the same, nothing of it is needed.
 */
export async function keepFilesOf(
  tables: ClientTables,
  rows: readonly MessageRow[],
  commands: readonly CommandOf<'message.send'>[],
): Promise<void> {
  const byId = new Map(rows.map((row) => [row.id, row]))
  const known = commands.flatMap(({ id: messageId, conversationId, files = [] }) =>
    files.flatMap(({ id, from }, place) => {
      const file = from === undefined ? byId.get(messageId)?.files?.find((one) => one.id === id) : undefined
      return file === undefined ? [] : [fromFile(file, { conversationId, messageId, place })]
    }),
  )
  const before = await tables.uploads.bulkGet(known.map(({ id }) => id))
  await tables.uploads.bulkPut(known.filter((_, index) => before[index] === undefined))
}

/** What went up before, as the server made it. */
function fromFile(file: MessageFile, at: Pick<Upload, 'conversationId' | 'messageId' | 'place'>): Upload {
  const { id, kind, name, type, bytes, width, height, preview, durationMs, description = '' } = file
  const as = kind === 'photo' || kind === 'voice' ? kind : 'document'
  return {
    ...{ ...at, id, name, type, bytes, as, isReady: true, sha256: null, description },
    ...(width !== undefined && height !== undefined && { width, height }),
    ...{ ...(preview !== undefined && { preview }), ...(durationMs !== undefined && { durationMs }) },
    ...{ state: { kind: 'whole' }, sent: bytes, isCreated: false, problem: null },
  }
}
