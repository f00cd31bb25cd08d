import type { Observable } from 'dexie'
import { liveQuery } from '../../sync/storage/live-query.ts'
import { findHidden } from './hidden.ts'
import { listRelatedEntries } from '../outbox/related-entries.ts'
import { findUploads } from './find-uploads.ts'
import { mergeMessages, type MessageView } from './message-view.ts'
import { createFindPerson } from '../people/person.ts'
import type { Session } from '../session.ts'

/** One message of a conversation, such as the one that a draft answers; null when it is not on this device. */
export function watchMessage(
  { db, account }: Session,
  conversationId: string,
  messageId: string,
): Observable<MessageView | null> {
  const myId = account.userId
  return liveQuery(async () => {
    const [row, entries] = await Promise.all([db.messages.get(messageId), listRelatedEntries(db, conversationId)])
    const hidden = await findHidden(db, conversationId, entries)
    const uploads = await findUploads(db, conversationId)
    const rows = row === undefined ? [] : [row]
    const users = await db.users.bulkGet([
      ...new Set([myId, ...rows.flatMap((one) => [one.authorId, ...one.mentions])]),
    ])
    const findPerson = createFindPerson(
      users.filter((user) => user !== undefined),
      entries,
      myId,
    )
    const messages = mergeMessages({ myId, rows, entries, findPerson, hidden, uploads })
    return messages.find((message) => message.id === messageId) ?? null
  })
}
