import { EVERYONE_ID } from '../../../shared/protocol/fields.ts'
import type { UserRow } from '../../../shared/protocol/rows.ts'
import type { ClientDatabase } from '../../sync/database.ts'
import { toPerson, type Person } from './person.ts'
import { byName, toFolded } from './search-people.ts'

/*
 * Everybody held here, by name: one list for all of a tab, which may hold thousands. It is
 * read once; after that only rows with a greater seq than any before are read (or the same one in a crowd, where
 * people who were asked for are kept as of the cursor), and people who did not
 * change stay the same objects, so that what is prepared for searching them is prepared once.
 */
interface Directory {
  people: readonly Person[]
  /** Also those who deleted their account. */
  byId: Map<string, Person>
  seq: number
}

const EMPTY: Directory = { people: [], byId: new Map(), seq: -1 }
const directories = new WeakMap<ClientDatabase, Directory>()

/** Everybody held here who has an account, oneself included, by name: unless there is a crowd, everybody registered. */
export async function listPeople(db: ClientDatabase): Promise<readonly Person[]> {
  const directory = directories.get(db) ?? EMPTY
  const everyone = await db.conversations.get(EVERYONE_ID)
  const users = db.users.where('seq')
  const later = everyone?.crowded === true ? users.aboveOrEqual(directory.seq) : users.above(directory.seq)
  const [changed, count] = await Promise.all([later.toArray(), db.users.count()])
  let next = withChanges(directory, changed)
  // The list was cleared, or is of another epoch.
  if (next.byId.size !== count) next = withChanges(EMPTY, await db.users.toArray())
  directories.set(db, next)
  return next.people
}

function withChanges(directory: Directory, rows: readonly UserRow[]): Directory {
  const seq = rows.reduce((greatest, row) => Math.max(greatest, row.seq), directory.seq)
  const changed = rows
    .map(toPerson)
    .filter((person) => !isSame(person, directory.byId.get(person.id)))
    .sort(byName)
  if (changed.length === 0) return { ...directory, seq }
  const byId = new Map(directory.byId)
  for (const person of changed) {
    toFolded(person)
    byId.set(person.id, person)
  }
  const unchanged = directory.people.filter((person) => byId.get(person.id) === person)
  return {
    people: mergeByName(
      unchanged,
      changed.filter(({ former }) => former !== true),
    ),
    byId,
    seq,
  }
}

function isSame(one: Person, other: Person | undefined): boolean {
  return (
    one.name === other?.name &&
    one.handle === other.handle &&
    one.pictureId === other.pictureId &&
    one.former === other.former
  )
}

function mergeByName(one: readonly Person[], other: readonly Person[]): Person[] {
  const merged: Person[] = []
  let next = 0
  for (const person of other) {
    for (let before = one[next]; before !== undefined && byName(before, person) <= 0; before = one[++next]) {
      merged.push(before)
    }
    merged.push(person)
  }
  return merged.concat(one.slice(next))
}
