import type { Observable } from 'dexie'
import { liveQuery } from '../../sync/storage/live-query.ts'
import type { MessageRow } from '../../../shared/protocol/rows.ts'
import type { ClientDatabase } from '../../sync/database.ts'
import { createFindPerson, type Person } from '../people/person.ts'
import { readNow } from '../../sync/storage/table-query.ts'
import { listRelatedEntries } from '../outbox/related-entries.ts'
import { findReceiptRows } from '../receipts/receipt-rows.ts'
import { createReceipts, type Seen } from '../receipts/receipts.ts'
import type { Session } from '../session.ts'

export interface MessageInfo {
  n: number
  mine: boolean
  writtenAt: number
  sentAt: number
  /** `listed`: the lists below; `counted`: ask `countSeen`; `off`: one's own "seen" is off, so nobody else's is shown. */
  audience: 'listed' | 'counted' | 'off'
  /** Who has seen it, the first one first. */
  seen: ({ person: Person } & Seen)[]
  /** On whose device it is, who is not known to have seen it. */
  received: Person[]
  /** Of whom neither is known. */
  others: Person[]
  /** What it has said, the oldest first; the last one is how it reads now. Earlier ones may not be on this device. */
  versions: MessageVersion[]
  /** How many versions are not on this device. */
  versionsMissing: number
}

export interface MessageVersion {
  /** Null once the message was deleted. */
  text: string | null
  /** Since when it stood. */
  at: number
}

/** All that is known of one message; null while it is not on this device as the server accepted it. */
export function watchMessageInfo({ db, account }: Session, messageId: string): Observable<MessageInfo | null> {
  const myId = account.userId
  return liveQuery(async () => {
    const row = await db.messages.get(messageId)
    if (row === undefined) return null
    const { conversationId } = row
    const related = await listRelatedEntries(db, conversationId)
    const [known, later] = await Promise.all([
      findReceiptRows(db, readNow, conversationId, related),
      listLater(db, row),
    ])
    const receipts = createReceipts(myId, [row, ...later], known)
    const readers = receipts.recipientsOf(row.n).filter((userId) => userId !== row.authorId)
    const users = await db.users.bulkGet([myId, ...readers])
    const findPerson = createFindPerson(
      users.filter((user) => user !== undefined),
      [],
      myId,
    )
    const seen = readers.flatMap((userId) => {
      const found = receipts.findSeen(userId, row.n)
      return found === null ? [] : [{ person: findPerson(userId), ...found }]
    })
    const hasSeen = new Set(seen.map(({ person }) => person.id))
    const unseen = readers.filter((userId) => !hasSeen.has(userId))
    const isHeld = (userId: string) => receipts.isDelivered(userId, row.n)
    return {
      ...{ n: row.n, mine: row.authorId === myId, writtenAt: row.writtenAt, sentAt: row.sentAt },
      audience: !known.seenOn ? 'off' : receipts.listed ? 'listed' : 'counted',
      seen: seen.sort((a, b) => a.at - b.at),
      received: unseen.filter(isHeld).map(findPerson),
      others: unseen.filter((userId) => !isHeld(userId)).map(findPerson),
      ...(await findVersions(db, row)),
    }
  })
}

/** A few of the messages after one, whose `seq` says whether somebody came before or after it. */
function listLater(db: ClientDatabase, { conversationId, n }: MessageRow): Promise<MessageRow[]> {
  return db.messages
    .where('[conversationId+n]')
    .between([conversationId, n + 1], [conversationId, n + 100])
    .toArray()
}

async function findVersions(
  db: ClientDatabase,
  row: MessageRow,
): Promise<Pick<MessageInfo, 'versions' | 'versionsMissing'>> {
  const revisions = row.edits === 0 ? [] : await db.revisions.where('messageId').equals(row.id).sortBy('k')
  const earlier = revisions.map(({ text, at }): MessageVersion => ({ text, at }))
  const now: MessageVersion = { text: row.text, at: row.editedAt ?? row.sentAt }
  return { versions: [...earlier, now], versionsMissing: Math.max(0, row.edits - revisions.length) }
}
