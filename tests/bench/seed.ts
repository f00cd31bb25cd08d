import { uuidv7 } from 'uuidv7'
import { createToken, toSecretHash, toTokenText } from '../../server/accounts/session-token.ts'
import { SESSION_COOKIE } from '../../server/accounts/session-cookie.ts'
import { toStep } from '../../server/accounts/session-life.ts'
import { openMysql } from '../../server/store/mysql.ts'
import { openSqlite } from '../../server/store/sqlite.ts'
import type { Store } from '../../server/store/store.ts'
import { EVERYONE_ID } from '../../shared/protocol/fields.ts'
import { fillPeople } from './fill-people.ts'
import { createCampus, type Campus, createGroup, findHead } from '../support/campus.ts'

/** A campus as a bench wants to find it: people with sessions, in groups, or all in Everyone alone. */
export interface Seeded {
  people: Person[]
  groups: string[]
  head: number
}

/** Somebody signed in on one device; they write into `conversationId`. */
export interface Person {
  userId: string
  cookie: string
  conversationId: string
}

export interface SeedOptions {
  /** A folder for the embedded store, or the address of a MariaDB. */
  dataDir?: string
  databaseUrl?: string
  people: number
  /** Person i is in group i modulo this, and led by the first one in it; none is Everyone alone. */
  groups?: number
  /** So many of the people have a session; all by default. */
  sessions?: number
  /** What is to be there besides. */
  more?: (campus: Campus, seeded: Seeded, store: Store) => Promise<unknown>
}

const AT_ONCE = 2_000

/** Fills a database that no server has open, and closes it again. */
export async function seed({ dataDir, databaseUrl, people, groups = 0, ...options }: SeedOptions): Promise<Seeded> {
  if (databaseUrl === undefined && dataDir === undefined) throw new Error('there is no database to fill')
  const store = databaseUrl === undefined ? openSqlite(dataDir ?? '') : openMysql(databaseUrl)
  await store.migrate()
  const campus = createCampus({ store, publish: () => undefined })
  const userIds = await fillPeople(store, people)
  const groupIds = await Promise.all(
    Array.from({ length: groups }, async (_, group) => {
      const [leader = '', ...others] = userIds.filter((_, place) => place % groups === group)
      const command = createGroup(others)
      await campus.accept(leader, command)
      return command.conversationId
    }),
  )
  const persons = userIds.slice(0, options.sessions).map((userId, place) => ({
    userId,
    token: createToken(uuidv7()),
    conversationId: groupIds[place % groups] ?? EVERYONE_ID,
  }))
  const time = toStep(Date.now())
  await inParts(persons, async (part) => {
    const rows = part.map(({ userId, token }) => ({
      ...{ id: token.sessionId, user_id: userId, secret_hash: toSecretHash(token), device: 'A bench' },
      ...{ created_at: time, last_seen_at: time, cursor_seq: 0, synced_at: null },
    }))
    await store.db.insertInto('session').values(rows).execute()
  })
  const seeded: Seeded = {
    people: persons.map(({ userId, token, conversationId }) => ({
      ...{ userId, conversationId },
      cookie: `${SESSION_COOKIE}=${toTokenText(token)}`,
    })),
    groups: groupIds,
    head: 0,
  }
  await options.more?.(campus, seeded, store)
  seeded.head = await findHead(store)
  await campus.sequencer.close()
  await store.close()
  return seeded
}

async function inParts<Item>(items: readonly Item[], work: (part: Item[]) => Promise<void>): Promise<void> {
  for (let from = 0; from < items.length; from += AT_ONCE) await work(items.slice(from, from + AT_ONCE))
}
