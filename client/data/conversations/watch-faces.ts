import { Dexie, type Observable } from 'dexie'
import { liveQuery } from '../../sync/storage/live-query.ts'
import type { UserRow } from '../../../shared/protocol/rows.ts'
import type { ClientDatabase } from '../../sync/database.ts'
import { chooseFaces, FACES_ASKED_MAX } from './faces.ts'
import type { Session } from '../session.ts'

export type Faces = ReadonlyMap<string, readonly UserRow[]>

/** Of each group on this device, the members whose pictures make up its own: the same ones on every device. */
export function watchFaces({ db }: Session): Observable<Faces> {
  return liveQuery(async () => {
    const groups = await db.conversations.filter((row) => row.kind === 'group').primaryKeys()
    const members = await Promise.all(groups.map((id) => listFirstMembers(db, id)))
    const ids = [...new Set(members.flat())]
    const users = new Map(
      (await db.users.bulkGet(ids)).flatMap((user) => (user === undefined ? [] : [[user.id, user]])),
    )
    return new Map(
      groups.map((id, index) => [
        id,
        chooseFaces((members[index] ?? []).map((userId) => users.get(userId)).filter((user) => user !== undefined)),
      ]),
    )
  })
}

async function listFirstMembers(db: ClientDatabase, conversationId: string): Promise<string[]> {
  const keys = await db.members
    .where('[conversationId+userId]')
    .between([conversationId, Dexie.minKey], [conversationId, Dexie.maxKey])
    .limit(FACES_ASKED_MAX)
    .primaryKeys()
  return keys.map(([, userId]) => userId)
}
