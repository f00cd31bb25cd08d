import { Dexie, type Observable } from 'dexie'
import { tableQuery } from '../../sync/storage/table-query.ts'
import { blockedIds } from '../contacts/blocked-ids.ts'
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
    const [readN, entries, hiddens, blocks] = await Promise.all([
      read('readN', [db.outbox, db.readings], () => findReadPosition(session, conversationId)),
      read('entries', [db.outbox], () => listRelatedEntries(db, conversationId)),
      read('hiddens', [db.hiddens], () => db.hiddens.where({ conversationId }).toArray()),
      read('blocks', [db.blocks], () => db.blocks.toArray()),
    ])
    const list = () =>
      db.mentions
        .where('[conversationId+n]')
        .between([conversationId, readN + 1], [conversationId, Dexie.maxKey])
        .limit(MENTIONS_MAX)
        .toArray()
    const mentions = await read('mentions', [db.mentions], list, [readN])
    const hidden = hiddenIds(hiddens, entries)
    const unhidden = mentions.filter(({ messageId }) => !hidden.has(messageId))
    const blocked = blockedIds(blocks, entries)
    if (blocked.size === 0) return unhidden.map(({ n }) => n)
    const ids = unhidden.map(({ messageId }) => messageId)
    const rows = await read('mentioning', [db.messages], () => db.messages.bulkGet(ids), ids)
    return unhidden.flatMap(({ n }, at) => (blocked.has(rows[at]?.authorId ?? '') ? [] : [n]))
  })
}
