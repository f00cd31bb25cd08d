import type { CommandOf } from '../../../../shared/protocol/commands.ts'
import type { MessageFile, SentFile } from '../../../../shared/protocol/files.ts'
import type { OutboxEntry, Upload } from '../../../../client/sync/database.ts'
import { entry, exampleId, group, NOON, send } from '../../data/example.ts'

let files = 800_000

export function fileId(): string {
  return exampleId(files++)
}

/** A file of a message that waits; none of it went up yet. */
export function upload(messageId: string, fields: Partial<Upload> = {}): Upload {
  const id = fields.id ?? fileId()
  return {
    ...{ id, conversationId: group, messageId, place: 0, name: 'notes.txt', type: 'text/plain', bytes: 10 },
    ...{ as: 'document', isReady: true, sha256: null, description: '', state: { kind: 'waiting' } },
    ...{ sent: 0, isCreated: false, problem: null, ...fields },
  }
}

/** A file as a message's row has it. */
export function storedFile(fields: Partial<MessageFile> = {}): MessageFile {
  return { id: fileId(), kind: 'document', name: 'notes.txt', type: 'text/plain', bytes: 10, ...fields }
}

/** A message that waits, with these files. */
export function withFiles(
  text: string,
  sent: readonly (Pick<SentFile, 'id'> & Partial<SentFile>)[],
  more: Partial<CommandOf<'message.send'>> = {},
): OutboxEntry & { command: CommandOf<'message.send'> } {
  const command = send(text, more.conversationId ?? group, {
    ...{ files: sent.map((file) => ({ description: '', ...file })), writtenAt: NOON },
    ...more,
  })
  return { ...entry(command), command }
}
