import { Dexie, type Observable } from 'dexie'
import { tableQuery } from '../../sync/storage/table-query.ts'
import { hiddenIds } from './hidden.ts'
import { listRelatedEntries } from '../outbox/related-entries.ts'
import { findUploads } from './find-uploads.ts'
import { latestPins, mergeMessages, type MessageView } from './message-view.ts'
import { createFindPerson } from '../people/person.ts'
import type { Session } from '../session.ts'

/** The messages pinned in a conversation, as far as they are on this device, the last one pinned first. */
export function watchPins({ db, account }: Session, conversationId: string): Observable<MessageView[]> {
  const myId = account.userId
  const listPinned = () =>
    db.messages
      .where('[conversationId+pinnedAt]')
      .between([conversationId, Dexie.minKey], [conversationId, Dexie.maxKey])
      .reverse()
      .toArray()
  return tableQuery(db, async (read) => {
    const [pinned, entries, hiddens, uploads] = await Promise.all([
      read('pinned', [db.messages], listPinned),
      read('entries', [db.outbox], () => listRelatedEntries(db, conversationId)),
      read('hiddens', [db.hiddens], () => db.hiddens.where({ conversationId }).toArray()),
      read('uploads', [db.uploads], () => findUploads(db, conversationId)),
    ])
    const held = new Set(pinned.map((row) => row.id))
    const added = [...latestPins(entries).keys()].filter((id) => !held.has(id)).reverse()
    const findAdded = () => db.messages.bulkGet(added)
    // Of none, no message that comes is a reason to look again.
    const found = await read('added', added.length === 0 ? [] : [db.messages], findAdded, added)
    const addedRows = found.filter((row) => row !== undefined)
    const hidden = hiddenIds(hiddens, entries)
    const rows = [...addedRows, ...pinned].filter(({ id }) => !hidden.has(id))
    const named = [...new Set([myId, ...rows.flatMap((row) => [row.authorId, ...row.mentions])])]
    const users = await read('users', [db.users], () => db.users.bulkGet(named), named)
    const findPerson = createFindPerson(
      users.filter((user) => user !== undefined),
      entries,
      myId,
    )
    return mergeMessages({ myId, rows, entries, findPerson, atEnd: false, uploads }).filter((message) => message.pinned)
  })
}
