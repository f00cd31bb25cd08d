import { sql } from 'kysely'
import type { GovernedPerson, OperatePerson } from '../../shared/operate/http.ts'
import { FOUND_PEOPLE_MAX } from '../../shared/protocol/limits.ts'
import { findPeople, fromNext, searchPeople } from '../campus/search-people.ts'
import { sumAccountBytes } from '../files/file-rows.ts'
import type { Database, StandingTable } from '../store/schema.ts'
import type { Store } from '../store/store.ts'

export interface GovernedPage {
  total: number
  people: GovernedPerson[]
  next: string | null
}

/** A page of people by what they are called, each with their standing. Undefined when `after` is none that a page gave. */
export async function listPeople(
  store: Pick<Store, 'read' | 'db'>,
  words: string,
  after: string | undefined,
): Promise<GovernedPage | undefined> {
  const place = fromNext(after)
  if (place === undefined) return undefined
  const { total, people, next } = await searchPeople(store, words, place)
  return { total, people: await withStandings(store.db, people), next }
}

/** A page of those with a role, or who are suspended, by id. */
export async function listStandings(
  store: Pick<Store, 'read' | 'db'>,
  only: 'roles' | 'suspended',
  after = '',
): Promise<GovernedPage> {
  const which = store.db
    .selectFrom('standing')
    .$if(only === 'roles', (rows) => rows.where('role', 'in', ['moderator', 'operator']))
    .$if(only === 'suspended', (rows) => rows.where('suspended_at', 'is not', null))
  const { total } = await which.select(sql<number>`count(*)`.as('total')).executeTakeFirstOrThrow()
  const found = await which
    .select('user_id')
    .where('user_id', '>', after)
    .orderBy('user_id')
    .limit(FOUND_PEOPLE_MAX + 1)
    .execute()
  const page = found.slice(0, FOUND_PEOPLE_MAX).map(({ user_id }) => user_id)
  const { people } = page.length === 0 ? { people: [] } : await findPeople(store, page)
  return {
    total,
    people: await withStandings(store.db, people),
    next: found.length > page.length ? (page.at(-1) ?? null) : null,
  }
}

/** What operators see of one person; undefined when nobody has this account. */
export async function findPerson(
  store: Pick<Store, 'read' | 'db'>,
  userId: string,
): Promise<OperatePerson | undefined> {
  const { db } = store
  const { people } = await findPeople(store, [userId])
  const [person] = await withStandings(db, people)
  if (person === undefined) return undefined
  const sessions = await db
    .selectFrom('session')
    .select(['id', 'device', 'created_at as createdAt', 'last_seen_at as lastSeenAt'])
    .where('user_id', '=', userId)
    .orderBy('last_seen_at', 'desc')
    .execute()
  const { groups } = await db
    .selectFrom('member')
    .innerJoin('conversation', 'conversation.id', 'member.conversation_id')
    .select(sql<number>`count(*)`.as('groups'))
    .where('member.user_id', '=', userId)
    .where('member.removed', '=', 0)
    .where('conversation.kind', '=', 'group')
    .executeTakeFirstOrThrow()
  const { reports } = await db
    .selectFrom('report')
    .select(sql<number>`count(*)`.as('reports'))
    .where('person_id', '=', userId)
    .where('closed_at', 'is', null)
    .executeTakeFirstOrThrow()
  return {
    ...{ person, sessions, groups, openReports: reports },
    filesBytes: await sumAccountBytes(db, userId),
  }
}

async function withStandings<Person extends { id: string }>(
  db: Database,
  people: readonly Person[],
): Promise<(Person & Pick<GovernedPerson, 'role' | 'suspended'>)[]> {
  if (people.length === 0) return []
  const ids = people.map(({ id }) => id)
  const rows = await db.selectFrom('standing').selectAll().where('user_id', 'in', ids).execute()
  const standings = new Map(rows.map((row) => [row.user_id, row]))
  return people.map((person) => ({ ...person, ...toStanding(standings.get(person.id)) }))
}

function toStanding(standing: StandingTable | undefined): Pick<GovernedPerson, 'role' | 'suspended'> {
  const { role = 'member', suspended_at: at = null, suspended_for: reason = null } = standing ?? {}
  return { role, suspended: at === null ? null : { at, reason: reason ?? '' } }
}
