import type { SentFile } from '../../../shared/protocol/files.ts'
import type { ClientTables } from '../tables.ts'

/**
 * Takes these chosen files into a message, or an answer, inside the transaction that queues it; returns what its command says of
 * them. What is still being made ready stays, as does what another tab sent just now.
 */
export async function takeChosen(
  uploads: Pick<ClientTables['uploads'], 'bulkGet' | 'bulkPut'>,
  ids: readonly string[],
  messageId: string,
): Promise<SentFile[]> {
  const found = await uploads.bulkGet([...ids])
  const chosen = found.flatMap((upload) => (upload?.messageId === '' && upload.isReady ? [upload] : []))
  await uploads.bulkPut(chosen.map((upload) => ({ ...upload, messageId })))
  return chosen.map(({ id, description }) => ({ id, description: description.trim() }))
}
