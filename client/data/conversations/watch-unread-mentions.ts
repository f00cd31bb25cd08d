import { Dexie, type Observable } from 'dexie'
import { tableQuery } from '../../sync/storage/table-query.ts'
import { hiddenIds } from '../messages/hidden.ts'
import { listRelatedEntries } from '../outbox/related-entries.ts'
import { findReadPosition } from './mark-read.ts'
import type { Session } from '../session.ts'

/** So many mentions are gone through one after the other; whoever has more will read otherwise. */
const MENTIONS_MAX = 100

/** The numbers of the unread messages of a conversation that mention oneself, ascending. */
export function watchUnreadMentions(session: Session, conversationId: string): Observable<number[]> {
  const { db } = session
  return tableQuery(db, async (read) => {
    const [readN, entries, hiddens] = await Promise.all([
      read('readN', [db.outbox, db.readings], () => findReadPosition(session, conversationId)),
      read('entries', [db.outbox], () => listRelatedEntries(db, conversationId)),
      read('hiddens', [db.hiddens], () => db.hiddens.where({ conversationId }).toArray()),
    ])
    const list = () =>
      db.mentions
        .where('[conversationId+n]')
        .between([conversationId, readN + 1], [conversationId, Dexie.maxKey])
        .limit(MENTIONS_MAX)
        .toArray()
    const mentions = await read('mentions', [db.mentions], list, [readN])
    const hidden = hiddenIds(hiddens, entries)
    return mentions.filter(({ messageId }) => !hidden.has(messageId)).map(({ n }) => n)
  })
}
