import type { UserRow } from '../../shared/protocol/rows.ts'
import type { OutboxEntry } from '../sync/database.ts'
import { entriesOf, isHoped } from './pending.ts'

export interface Person {
  id: string
  handle: string
  name: string
}

export type FindPerson = (userId: string) => Person

/** Looks people up, with one's own new name already in its place. Somebody not yet heard of is "Somebody". */
export function createFindPerson(users: readonly UserRow[], entries: readonly OutboxEntry[], myId: string): FindPerson {
  const people = new Map(users.map((user) => [user.id, toPerson(user)]))
  const me = people.get(myId)
  const rename = entriesOf(entries, 'profile.rename').filter(isHoped).at(-1)
  if (me !== undefined && rename !== undefined) people.set(myId, { ...me, name: rename.command.name })
  return (userId) => people.get(userId) ?? { id: userId, handle: '', name: 'Somebody' }
}

export function toPerson(user: UserRow): Person {
  return { id: user.id, handle: user.handle, name: user.name }
}
