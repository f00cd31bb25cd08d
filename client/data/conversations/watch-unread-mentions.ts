import { Dexie, type Observable } from 'dexie'
import { liveQuery } from '../../sync/storage/live-query.ts'
import { findHidden } from '../messages/hidden.ts'
import { listRelatedEntries } from '../outbox/related-entries.ts'
import { findReadPosition } from './mark-read.ts'
import type { Session } from '../session.ts'

/** So many mentions are gone through one after the other; whoever has more will read otherwise. */
const MENTIONS_MAX = 100

/** The numbers of the unread messages of a conversation that mention oneself, ascending. */
export function watchUnreadMentions(session: Session, conversationId: string): Observable<number[]> {
  return liveQuery(async () => {
    const readN = await findReadPosition(session, conversationId)
    const mentions = await session.db.mentions
      .where('[conversationId+n]')
      .between([conversationId, readN + 1], [conversationId, Dexie.maxKey])
      .limit(MENTIONS_MAX)
      .toArray()
    const hidden = await findHidden(session.db, conversationId, await listRelatedEntries(session.db, conversationId))
    return mentions.filter(({ messageId }) => !hidden.has(messageId)).map(({ n }) => n)
  })
}
