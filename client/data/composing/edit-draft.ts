import type { Observable } from 'dexie'
import { liveQuery } from '../../sync/storage/live-query.ts'
import type { ClientDatabase, EditDraft } from '../../sync/database.ts'
import { isOptimistic, isRefused } from '../outbox/pending.ts'
import type { Session } from '../session.ts'
import { isThreadAnswer } from './thread-answers.ts'

export type EditKind = EditDraft['kind']

/** An edit that was begun. */
export interface BegunEdit extends EditDraft {
  /** Whether its message cannot take another text any more: it was deleted, or went out after all. */
  isTooLate: boolean
}

/** Keeps on this device another text for a message, as it is typed. */
export async function saveEdit({ db, now }: Session, edit: Omit<EditDraft, 'changedAt'>): Promise<void> {
  await db.edits.put({ ...edit, changedAt: now() })
}

/** Forgets the text that was begun for a message. */
export async function discardEdit({ db }: Session, messageId: string): Promise<void> {
  await db.edits.delete(messageId)
}

/** What was begun for the messages of a conversation, the latest first. */
export function watchEdits({ db }: Session, conversationId: string): Observable<BegunEdit[]> {
  return liveQuery(async () => {
    const edits = await db.edits
      .where({ conversationId })
      .filter((edit) => !isThreadAnswer(edit))
      .toArray()
    const begun = await Promise.all(edits.map(async (edit) => ({ ...edit, isTooLate: await isTooLate(db, edit) })))
    return begun.sort((a, b) => b.changedAt - a.changedAt)
  })
}

/** What was begun for one message, or nothing. */
export function findEdit({ db }: Session, messageId: string): Promise<EditDraft | undefined> {
  return db.edits.get(messageId)
}

async function isTooLate(db: ClientDatabase, { messageId, conversationId, kind }: EditDraft): Promise<boolean> {
  const [entry, row, entries] = await Promise.all([
    db.outbox.get({ id: messageId }),
    db.messages.get(messageId),
    db.outbox.where({ conversationId }).toArray(),
  ])
  if (kind === 'rewrite') return entry === undefined || !isRefused(entry)
  const isDeleted = entries.some(
    (one) => one.command.type === 'message.delete' && one.command.messageId === messageId && isOptimistic(one),
  )
  return isDeleted || row?.text === null || (row === undefined && entry === undefined)
}
