import { Dexie, type Observable } from 'dexie'
import { liveQuery } from '../../sync/storage/live-query.ts'
import type { MemberRow, UserRow } from '../../../shared/protocol/rows.ts'
import type { ClientDatabase } from '../../sync/database.ts'
import { groupBy } from '../group-by.ts'
import type { Session } from '../session.ts'
import { listOthers, toGroup } from './conversation-detail.ts'
import { begunHere } from './conversation-summary.ts'
import { chooseFaces, FACES_ASKED_MAX } from './faces.ts'

export type Faces = ReadonlyMap<string, readonly UserRow[]>

/** Of each group on this device, those begun here included, the members whose pictures make up its own. */
export function watchFaces({ db, account }: Session): Observable<Faces> {
  const myId = account.userId
  return liveQuery(async () => {
    const [known, outbox] = await Promise.all([
      db.conversations.filter((row) => row.kind === 'group').toArray(),
      db.outbox.orderBy('position').toArray(),
    ])
    const begun = begunHere({ myId, conversations: await db.conversations.toArray(), outbox })
    const groups = [...known, ...begun.filter(({ kind }) => kind === 'group')]
    const entries = groupBy(outbox, (entry) => entry.conversationId)
    const others = await Promise.all(
      groups.map(async (row) => {
        const members = await listFirstMembers(db, row.id)
        return listOthers(toGroup(row, { myId, members, entries: entries.get(row.id) ?? [] }), myId)
      }),
    )
    const ids = [...new Set(others.flat())]
    const users = new Map(
      (await db.users.bulkGet(ids)).flatMap((user) => (user === undefined ? [] : [[user.id, user]])),
    )
    return new Map(
      groups.map(({ id }, index) => [
        id,
        chooseFaces((others[index] ?? []).map((userId) => users.get(userId)).filter((user) => user !== undefined)),
      ]),
    )
  })
}

function listFirstMembers(db: ClientDatabase, conversationId: string): Promise<MemberRow[]> {
  return db.members
    .where('[conversationId+userId]')
    .between([conversationId, Dexie.minKey], [conversationId, Dexie.maxKey])
    .limit(FACES_ASKED_MAX + 1)
    .toArray()
}
