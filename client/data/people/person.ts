import type { UserRow } from '../../../shared/protocol/rows.ts'
import type { OutboxEntry } from '../../sync/database.ts'
import { entriesOf, isOptimistic } from '../outbox/pending.ts'

export interface Person {
  id: string
  handle: string
  name: string
  /** What `watchPicture` takes; null is initials on a colour. */
  pictureId: string | null
  /** They deleted their account. */
  former?: boolean | undefined
}

export type FindPerson = (userId: string) => Person

/** Looks people up, with one's own new name and picture already in place. Somebody not yet heard of is "Somebody". */
export function createFindPerson(users: readonly UserRow[], entries: readonly OutboxEntry[], myId: string): FindPerson {
  const people = new Map(users.map((user) => [user.id, toPerson(user)]))
  const me = people.get(myId)
  if (me !== undefined) people.set(myId, withMyChanges(me, entries))
  return (userId) => people.get(userId) ?? { id: userId, handle: '', name: 'Somebody', pictureId: null }
}

export function toPerson(user: UserRow): Person {
  const { id, handle, name, pictureId } = user
  return user.former === true ? { id, handle: '', name, pictureId, former: true } : { id, handle, name, pictureId }
}

function withMyChanges(me: Person, entries: readonly OutboxEntry[]): Person {
  const rename = entriesOf(entries, 'profile.rename').filter(isOptimistic).at(-1)
  const change = entriesOf(entries, 'profile.picture').filter(isOptimistic).at(-1)
  return {
    ...me,
    name: rename?.command.name ?? me.name,
    pictureId: change === undefined ? me.pictureId : change.command.picture === null ? null : change.id,
  }
}
