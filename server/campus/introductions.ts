import { EVERYONE_ID } from '../../shared/protocol/fields.ts'
import { listNamed } from '../../shared/protocol/named-people.ts'
import type { Row, UserRow } from '../../shared/protocol/rows.ts'
import type { Database, UserTable } from '../store/schema.ts'
import { fromUser } from './records.ts'
import type { Audience, LogRow } from './types.ts'

/*
 * Who is who, in a crowd. Up to some thousands of people each device holds all of them: every `user` row goes to all. With
 * more than that Everyone is **crowded** (a flag in its row, so that it has a position in the log like everything else):
 *
 *   somebody registers         their row goes to nobody but themselves, and to who looks at the people's screen
 *   a new name or picture      goes to those who share a conversation with them besides Everyone: their circle
 *   a row that names somebody  brings their `user` row, before it: they are introduced
 *     live                     with a message to Everyone, and with who is new in a group, whoever knows them already
 *     a page, history          everybody whom its rows name
 *   crowded no more            everybody is behind, and the pull brings all people (pull-page.ts)
 *
 * An introduction has the position of what it comes with, for it says how somebody is called then. So a later change has
 * a greater one, and nothing that is held stands beyond a device's cursor.
 */

/** Says who somebody is, as of a position of the log. */
export function introduceAt(user: UserTable, seq: number): UserRow {
  return { ...fromUser(user).row, seq }
}

/** Whoever shares a conversation with somebody, and they themselves. */
export function toCircle(userId: string, circles: ReadonlyMap<string, string[]>): Audience {
  return { kind: 'circle', userId, conversationIds: circles.get(userId) ?? [] }
}

/** Asks in which conversations besides Everyone these people are. */
export function askCircles(db: Database, userIds: ReadonlySet<string>) {
  return db
    .selectFrom('member')
    .select(['user_id', 'conversation_id'])
    .where('user_id', 'in', [...userIds])
    .where('removed', '!=', 1)
}

export async function loadCircles(
  db: Database,
  userIds: ReadonlySet<string>,
): Promise<{ user_id: string; conversation_id: string }[]> {
  return userIds.size === 0 ? [] : askCircles(db, userIds).execute()
}

/** These people, by id. */
export async function loadUsers(db: Database, userIds: readonly string[]): Promise<Map<string, UserTable>> {
  if (userIds.length === 0) return new Map()
  const users = await db
    .selectFrom('user')
    .selectAll()
    .where('id', 'in', [...new Set(userIds)])
    .execute()
  return new Map(users.map((user) => [user.id, user]))
}

/** Whom these rows name and do not bring, as of a position; without one, as of their own. One statement. */
export async function loadIntroductions(
  db: Database,
  rows: readonly Row[],
  seq: number | undefined,
  besides: readonly string[] = [],
): Promise<UserRow[]> {
  const brought = new Set(rows.flatMap((row) => (row.type === 'user' ? [row.id] : [])))
  const users = await loadUsers(
    db,
    [...besides, ...rows.flatMap(listNamed)].filter((userId) => !brought.has(userId)),
  )
  return [...users.values()].map((user) => introduceAt(user, seq ?? user.seq))
}

/** Those whom a row names that is told live, and whom who hears it may not have met. */
export function listStrangers({ row }: LogRow): string[] {
  if (row.type === 'message') return row.conversationId === EVERYONE_ID ? listNamed(row) : []
  if (row.type === 'request') return listNamed(row)
  return row.type === 'member' && !row.removed ? [row.userId] : []
}

/** Puts before each row whom it names, once in a batch for the same hearers, as far as it is known who they are. */
export function createIntroductions(
  isCrowded: boolean,
  find: (userId: string) => UserTable | undefined,
): (addressed: LogRow) => LogRow[] {
  const introduced = new Set<string>()
  return (addressed) => {
    if (!isCrowded) return [addressed]
    const { row, audience } = addressed
    const introductions = listStrangers(addressed).flatMap((userId): LogRow[] => {
      const key = `${JSON.stringify(audience)}/${userId}`
      const user = introduced.has(key) ? undefined : find(userId)
      if (user === undefined) return []
      introduced.add(key)
      return [{ row: introduceAt(user, row.seq), audience }]
    })
    return [...introductions, addressed]
  }
}
