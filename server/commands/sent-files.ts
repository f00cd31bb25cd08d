import type { CommandOf } from '../../shared/protocol/commands.ts'
import { refusal, type Refusal } from '../../shared/protocol/errors.ts'
import type { MessageFile, SentFile } from '../../shared/protocol/files.ts'
import type { Batch } from '../campus/batch.ts'
import { toMessageFiles, toStoredFile } from '../campus/files.ts'
import type { Needs } from '../campus/needs.ts'
import { findMessage, needMessage } from './own-message.ts'

type Sent = Pick<CommandOf<'message.send'>, 'files'>

/** The files themselves, and the messages that they are taken from. */
export function needFiles(needs: Needs, userId: string, { files = [] }: Sent): void {
  for (const { id, from } of files) {
    needs.files.add(id)
    if (from !== undefined) needMessage(needs, userId, from)
  }
}

/**
 * The files of a message that is sent, as its row will have them; or why it cannot be sent with them. Whoever may not see
 * a file is told the same as if there were none.
 */
export function findFiles(
  batch: Batch,
  userId: string,
  { files = [] }: Sent,
): { files: MessageFile[] } | { refused: Refusal } {
  const found: MessageFile[] = []
  for (const sent of files) {
    if (found.some(({ id }) => id === sent.id)) return { refused: refusal('bad_request', 'A file is named twice.') }
    const file = findFile(batch, userId, sent)
    if (file === undefined) return { refused: refusal('file_missing') }
    found.push({ ...file, ...(sent.description !== '' && { description: sent.description }) })
  }
  return { files: found }
}

function findFile(batch: Batch, userId: string, { id, from }: SentFile): MessageFile | undefined {
  const record = batch.findFile(id)
  const file = record && toStoredFile(record)
  if (record?.user_id === userId || from === undefined) return record?.user_id === userId ? file : undefined
  const carrying = findMessage(batch, userId, from)
  if ('refused' in carrying) return undefined
  return toMessageFiles(carrying.message).some((one) => one.id === id) ? file : undefined
}
