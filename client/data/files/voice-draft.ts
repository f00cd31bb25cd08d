import { Dexie, type Table } from 'dexie'
import type { ContentPiece } from '../../sync/database.ts'
import { recordingKey } from '../../sync/files/recording-key.ts'

/*
 * A voice message that is being recorded is kept piece by piece, as a text is kept letter by letter: whatever happens to the
 * tab, what was said is offered again.
 */

export interface VoiceDraft {
  blob: Blob
  type: string
  durationMs: number
}

/** With an account's messages, or with a classroom's answers. */
export interface VoicePart {
  db: { pieces: Table<ContentPiece, [string, number]> }
}

/** Keeps a piece; `durationMs` is how long the recording is with it. */
export async function keepVoicePiece(
  { db }: VoicePart,
  conversationId: string,
  { piece, type, durationMs }: { piece: Blob; type: string; durationMs: number },
): Promise<void> {
  await db.pieces.put({ key: recordingKey(conversationId), from: durationMs, blob: new Blob([piece], { type }) })
}

/** What was recorded in a conversation, and neither sent nor discarded. */
export async function findVoiceDraft({ db }: VoicePart, conversationId: string): Promise<VoiceDraft | null> {
  const pieces = await ofConversation(db, conversationId).toArray()
  const last = pieces.at(-1)
  if (last === undefined) return null
  const { type } = last.blob
  return {
    blob: new Blob(
      pieces.map(({ blob }) => blob),
      { type },
    ),
    type,
    durationMs: last.from,
  }
}

export async function removeVoiceDraft({ db }: VoicePart, conversationId: string): Promise<void> {
  await ofConversation(db, conversationId).delete()
}

function ofConversation(db: VoicePart['db'], conversationId: string) {
  const key = recordingKey(conversationId)
  return db.pieces.where('[key+from]').between([key, Dexie.minKey], [key, Dexie.maxKey])
}
