import type { CommandOf } from '../../../shared/protocol/commands.ts'
import type { ClientTables } from '../tables.ts'

/**
 * Takes a file out of a message that waits for its files; a message of which nothing is left goes with it. Once the message
 * is on its way nothing changes.
 */
export async function cancelFile(
  { outbox, uploads }: Pick<ClientTables, 'outbox' | 'uploads'>,
  id: string,
): Promise<void> {
  const [upload] = await uploads.bulkGet([id])
  if (upload === undefined) return
  const entry = (await outbox.toArray()).find((one) => one.id === upload.messageId)
  if (entry?.command.type !== 'message.send' || entry.state.kind === 'accepted') return
  const siblings = (await uploads.toArray()).filter(({ messageId }) => messageId === entry.id)
  // All of them whole, it may be with the server already.
  if (entry.state.kind === 'waiting' && siblings.every(({ state }) => state.kind === 'whole')) return
  const command = withoutFile(entry.command, id)
  if (command === null) await outbox.bulkDelete([entry.position])
  else await outbox.bulkPut([{ ...entry, command }])
  // Of no message any more: whoever uploads takes it back from the server, and removes what it holds.
  await uploads.bulkPut([{ ...upload, messageId: id }])
}

function withoutFile(command: CommandOf<'message.send'>, id: string): CommandOf<'message.send'> | null {
  const { files = [], ...rest } = command
  const left = files.filter((file) => file.id !== id)
  if (left.length > 0) return { ...rest, files: left }
  return command.text === '' ? null : rest
}
