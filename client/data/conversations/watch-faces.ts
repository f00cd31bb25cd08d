import { Dexie, type Observable } from 'dexie'
import { tableQuery } from '../../sync/storage/table-query.ts'
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
  return tableQuery(db, async (read) => {
    const [conversations, outbox] = await Promise.all([
      read('conversations', [db.conversations], () => db.conversations.toArray()),
      read('outbox', [db.outbox], () => db.outbox.orderBy('position').toArray()),
    ])
    const groups = [...conversations, ...begunHere({ myId, conversations, outbox })].filter(
      ({ kind }) => kind === 'group',
    )
    const groupIds = groups.map(({ id }) => id)
    const listMembers = () => Promise.all(groupIds.map((id) => listFirstMembers(db, id)))
    const firstMembers = await read('members', [db.members], listMembers, groupIds)
    const entries = groupBy(outbox, (entry) => entry.conversationId)
    const others = groups.map((row, index) => {
      const members = firstMembers[index] ?? []
      return listOthers(toGroup(row, { myId, members, entries: entries.get(row.id) ?? [] }), myId)
    })
    const ids = [...new Set(others.flat())]
    const users = await read('users', [db.users], () => db.users.bulkGet(ids), ids)
    const known = new Map(users.flatMap((user) => (user === undefined ? [] : [[user.id, user]])))
    return new Map(
      groups.map(({ id }, index) => [
        id,
        chooseFaces((others[index] ?? []).map((userId) => known.get(userId)).filter((user) => user !== undefined)),
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
