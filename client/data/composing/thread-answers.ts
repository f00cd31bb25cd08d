import type { EditDraft } from '../../sync/database.ts'
import type { Session } from '../session.ts'

/*
 * Answers that are begun in a thread, each kept on this device by the message that its thread begins with: beside the
 * edits of messages, and among the same rows.
 */

export interface ThreadAnswerText {
  /** The message that the thread begins with. */
  id: string
  conversationId: string
  text: string
}

export function isThreadAnswer({ kind }: Pick<EditDraft, 'kind'>): boolean {
  return kind === 'thread'
}

/** Keeps what is begun in a thread, or forgets it when that is nothing; also within a transaction on the edits. */
export async function saveThreadAnswer({ db, now }: Session, answer: ThreadAnswerText): Promise<void> {
  const { id, conversationId, text } = answer
  const messageId = keyOf(id)
  if (text === '') await db.edits.delete(messageId)
  else
    await db.edits.put({ messageId, conversationId, kind: 'thread', text, before: '', isOpen: false, changedAt: now() })
}

/** What was begun there; empty where nothing was. */
export async function findThreadAnswer({ db }: Session, id: string): Promise<string> {
  return (await db.edits.get(keyOf(id)))?.text ?? ''
}

/** The thread begins higher up than was known: what was begun under the one message is kept under the other. */
export async function moveThreadAnswer(
  session: Session,
  fromId: string | null,
  { id, conversationId, text }: ThreadAnswerText,
): Promise<string> {
  return session.db.transaction('rw', session.db.edits, async () => {
    const kept = await findThreadAnswer(session, id)
    await saveThreadAnswer(session, { id, conversationId, text: joinTexts(kept, text) })
    if (fromId !== null) await session.db.edits.delete(keyOf(fromId))
    return kept
  })
}

/** Both, one below the other. */
export function joinTexts(above: string, below: string): string {
  return above === '' || below === '' ? above + below : `${above}\n${below}`
}

/** Beside an edit of the same message. */
function keyOf(id: string): string {
  return `thread-${id}`
}
