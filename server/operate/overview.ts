import { sql } from 'kysely'
import type { Overview } from '../../shared/operate/http.ts'
import { CAMPUS_LOG } from '../../shared/protocol/fields.ts'
import { findPeople } from '../campus/search-people.ts'
import { sumAllBytes } from '../files/file-rows.ts'
import type { Store } from '../store/store.ts'

const LARGEST = 10

/** What there is, as the database has it. */
export async function countAll(store: Pick<Store, 'read' | 'db'>): Promise<
  Pick<Overview, 'head' | 'people' | 'messages' | 'groups' | 'largestAccounts'> & {
    files: { bytes: number; count: number }
  }
> {
  const { db } = store
  const { head } = await db.selectFrom('log').select('head').where('id', '=', CAMPUS_LOG).executeTakeFirstOrThrow()
  const conversations = await db
    .selectFrom('conversation')
    .select('kind')
    .select([
      sql<number>`count(*)`.as('count'),
      sql<number | string | null>`sum(last_n)`.as('messages'),
      sql<number>`max(member_count)`.as('members'),
    ])
    .groupBy('kind')
    .execute()
  const of = (kind: string) => conversations.find((row) => row.kind === kind)
  const { files } = await db
    .selectFrom('file_content')
    .select(sql<number>`count(*)`.as('files'))
    .executeTakeFirstOrThrow()
  const largest = await db
    .selectFrom('file')
    .select('user_id')
    .select(sql<number | string>`sum(bytes)`.as('bytes'))
    .where('content_id', 'is not', null)
    .groupBy('user_id')
    .orderBy(sql`sum(bytes)`, 'desc')
    .limit(LARGEST)
    .execute()
  const { people } =
    largest.length === 0
      ? { people: [] }
      : await findPeople(
          store,
          largest.map(({ user_id }) => user_id),
        )
  const byId = new Map(people.map((person) => [person.id, person]))
  return {
    ...{ head, people: of('everyone')?.members ?? 0, groups: of('group')?.count ?? 0 },
    messages: conversations.reduce((sum, { messages }) => sum + Number(messages ?? 0), 0),
    files: { bytes: await sumAllBytes(db), count: files },
    largestAccounts: largest.flatMap(({ user_id, bytes }) => {
      const person = byId.get(user_id)
      return person === undefined ? [] : [{ person, bytes: Number(bytes) }]
    }),
  }
}
