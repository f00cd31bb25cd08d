import type { UserRow } from '../../../shared/protocol/rows.ts'
import type { ClientDatabase } from '../../sync/database.ts'
import { toPerson, type Person } from './person.ts'
import { byName, toFolded } from './search-people.ts'

/*
 * Everyone registered, by name: one list for all of a tab, which may hold tens of thousands. It is
 * read once; after that only rows with a greater seq than any before are read, and people who did not
 * change stay the same objects, so that what is prepared for searching them is prepared once.
 */
interface Directory {
  people: readonly Person[]
  byId: Map<string, Person>
  seq: number
}

const EMPTY: Directory = { people: [], byId: new Map(), seq: -1 }
const directories = new WeakMap<ClientDatabase, Directory>()

/** Everyone registered, oneself included, by name. */
export async function listPeople(db: ClientDatabase): Promise<readonly Person[]> {
  const directory = directories.get(db) ?? EMPTY
  const [changed, count] = await Promise.all([db.users.where('seq').above(directory.seq).toArray(), db.users.count()])
  let next = withChanges(directory, changed)
  // The list was cleared, or is of another epoch.
  if (next.byId.size !== count) next = withChanges(EMPTY, await db.users.toArray())
  directories.set(db, next)
  return next.people
}

function withChanges(directory: Directory, rows: readonly UserRow[]): Directory {
  if (rows.length === 0) return directory
  const byId = new Map(directory.byId)
  const changed = rows.map(toPerson).sort(byName)
  for (const person of changed) {
    toFolded(person)
    byId.set(person.id, person)
  }
  const unchanged = directory.people.filter((person) => byId.get(person.id) === person)
  const seq = rows.reduce((greatest, row) => Math.max(greatest, row.seq), directory.seq)
  return { people: mergeByName(unchanged, changed), byId, seq }
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
