import type { Observable } from 'dexie'
import { liveQuery } from '../../sync/storage/live-query.ts'
import { begunHere, toTitle } from '../conversations/conversation-summary.ts'
import { peopleNamedIn } from './pending.ts'
import { createFindPerson } from '../people/person.ts'
import type { Session } from '../session.ts'
import { toUnsent, type Unsent } from './unsent.ts'

export function watchUnsent({ db, account }: Session): Observable<Unsent[]> {
  const myId = account.userId
  return liveQuery(async () => {
    const outbox = await db.outbox.orderBy('position').toArray()
    const ids = [...new Set(outbox.map((entry) => entry.conversationId))]
    const [rows, left, members] = await Promise.all([
      db.conversations.bulkGet(ids),
      db.departures.bulkGet(ids),
      db.members.where('conversationId').anyOf(ids).toArray(),
    ])
    const conversations = rows.filter((row) => row !== undefined)
    const named = new Set([myId, ...members.map((row) => row.userId), ...peopleNamedIn(outbox)])
    const users = await db.users.bulkGet([...named])
    const findPerson = createFindPerson(
      users.filter((user) => user !== undefined),
      outbox,
      myId,
    )
    const titles = new Map(
      [...conversations, ...begunHere({ myId, conversations, outbox })].map((row) => {
        const otherId =
          members.find((member) => member.conversationId === row.id && member.userId !== myId)?.userId ??
          outbox.flatMap(({ command }) =>
            command.type === 'direct.create' && command.conversationId === row.id ? [command.userId] : [],
          )[0]
        const other = row.kind === 'direct' && otherId !== undefined ? findPerson(otherId) : null
        return [
          row.id,
          toTitle(
            row,
            outbox.filter((entry) => entry.conversationId === row.id),
            other,
          ),
        ]
      }),
    )
    for (const departure of left) if (departure !== undefined) titles.set(departure.conversationId, departure.title)
    return toUnsent({ entries: outbox, titles, findPerson })
  })
}
