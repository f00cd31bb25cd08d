import type { Observable } from 'dexie'
import { liveQuery } from '../../sync/storage/live-query.ts'
import { listRelatedEntries } from '../outbox/related-entries.ts'
import { createFindPerson } from '../people/person.ts'
import type { Session } from '../session.ts'
import { findHidden } from './hidden.ts'
import { findUploads } from './find-uploads.ts'
import { mergeMessages, type MessageView } from './message-view.ts'

/** Of these messages of a conversation those that are still to be seen, in its order, wherever its window is. */
export function watchChosen(
  session: Session,
  conversationId: string,
  ids: readonly string[],
): Observable<MessageView[]> {
  return liveQuery(() => listChosen(session, conversationId, ids))
}

/** The same, as it is now. */
export async function listChosen(
  { db, account }: Session,
  conversationId: string,
  ids: readonly string[],
): Promise<MessageView[]> {
  const myId = account.userId
  const [found, entries] = await Promise.all([db.messages.bulkGet([...ids]), listRelatedEntries(db, conversationId)])
  const rows = found.filter((row) => row !== undefined).sort((one, other) => one.n - other.n)
  const users = await db.users.bulkGet([...new Set([myId, ...rows.map((row) => row.authorId)])])
  const findPerson = createFindPerson(
    users.filter((user) => user !== undefined),
    entries,
    myId,
  )
  const hidden = await findHidden(db, conversationId, entries)
  const uploads = await findUploads(db, conversationId)
  return mergeMessages({ myId, rows, entries, findPerson, hidden, uploads }).filter(
    (message) => ids.includes(message.id) && message.text !== null && !message.hidden,
  )
}
