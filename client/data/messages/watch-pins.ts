import { Dexie, type Observable } from 'dexie'
import { liveQuery } from '../../sync/storage/live-query.ts'
import { findHidden } from './hidden.ts'
import { listRelatedEntries } from '../outbox/related-entries.ts'
import { findUploads } from './find-uploads.ts'
import { latestPins, mergeMessages, type MessageView } from './message-view.ts'
import { createFindPerson } from '../people/person.ts'
import type { Session } from '../session.ts'

/** The messages pinned in a conversation, as far as they are on this device, the last one pinned first. */
export function watchPins({ db, account }: Session, conversationId: string): Observable<MessageView[]> {
  const myId = account.userId
  return liveQuery(async () => {
    const [pinned, entries] = await Promise.all([
      db.messages
        .where('[conversationId+pinnedAt]')
        .between([conversationId, Dexie.minKey], [conversationId, Dexie.maxKey])
        .reverse()
        .toArray(),
      listRelatedEntries(db, conversationId),
    ])
    const held = new Set(pinned.map((row) => row.id))
    const added = [...latestPins(entries).keys()].filter((id) => !held.has(id)).reverse()
    const addedRows = (await db.messages.bulkGet(added)).filter((row) => row !== undefined)
    const hidden = await findHidden(db, conversationId, entries)
    const uploads = await findUploads(db, conversationId)
    const rows = [...addedRows, ...pinned].filter(({ id }) => !hidden.has(id))
    const users = await db.users.bulkGet([
      ...new Set([myId, ...rows.flatMap((row) => [row.authorId, ...row.mentions])]),
    ])
    const findPerson = createFindPerson(
      users.filter((user) => user !== undefined),
      entries,
      myId,
    )
    return mergeMessages({ myId, rows, entries, findPerson, atEnd: false, uploads }).filter((message) => message.pinned)
  })
}
