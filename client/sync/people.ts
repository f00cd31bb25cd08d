import { EVERYONE_ID } from '../../shared/protocol/fields.ts'
import type { PeopleAnswer } from '../../shared/protocol/http.ts'
import type { UserRow } from '../../shared/protocol/rows.ts'
import type { Api } from './api.ts'
import { putPictured } from './apply-rows.ts'
import type { ClientStore, ClientTables } from './tables.ts'

/*
 * People from outside the log. While Everyone is crowded a device holds those whom it has met: the log brings them with
 * what names them, and later names of those with whom one shares a conversation. Of all others it asks:
 *
 *   who is called so            `searchPeople`, of whom somebody looks for
 *   what are they called now    `findPeople`, of those on the screen with whom one shares nothing
 *   somebody registered         a `person` frame, while the list of all people is on the screen
 *
 * An answer says what was so at its `head`. It is kept as of the cursor, if that is not beyond the head: so nothing that is held
 * of people stands beyond the cursor, whatever a log that was put back has lost, and what the log brings later wins. Only
 * what the log brought from beyond the head is newer than the answer.
 */

export interface PeopleSource {
  store: Pick<ClientStore, 'transact'>
  api: Pick<Api, 'searchPeople' | 'findPeople'>
}

export type PeopleOutcome = { kind: 'found'; ids: string[]; total: number; next: string | null } | { kind: 'offline' }

/** Asks the server for people by what they are called, and keeps those it names. `after` is the `next` of the page before. */
export async function searchPeople(
  { store, api }: PeopleSource,
  words: string,
  after: string | null,
): Promise<PeopleOutcome> {
  const answer = await api.searchPeople(words, after)
  return answer.kind === 'ok' ? keepAnswer(store, answer.value) : { kind: 'offline' }
}

/** Asks the server what these people are called now, and keeps that. */
export async function findPeople({ store, api }: PeopleSource, ids: readonly string[]): Promise<PeopleOutcome> {
  const answer = await api.findPeople(ids)
  return answer.kind === 'ok' ? keepAnswer(store, answer.value) : { kind: 'offline' }
}

async function keepAnswer(store: Pick<ClientStore, 'transact'>, answer: PeopleAnswer): Promise<PeopleOutcome> {
  const { people, head, total, next, crowded } = answer
  await store.transact(async (tables) => {
    await keepPeople(tables, people, head)
    await noteCrowd(tables, crowded, head)
  })
  return { kind: 'found', ids: people.map(({ id }) => id), total, next }
}

/** Keeps what people are called as of `head`, unless something newer is held. */
export async function keepPeople(tables: ClientTables, people: readonly UserRow[], head: number): Promise<void> {
  const { cursor } = await tables.getPosition()
  // Before the first pull has begun there is nothing to keep it with.
  if (cursor === 0 || people.length === 0) return
  const held = await tables.users.bulkGet(people.map(({ id }) => id))
  const news = people.filter((person, index) => {
    const before = held[index]
    return before === undefined || (before.seq <= head && !isSame(before, person))
  })
  await putPictured(
    tables,
    tables.users,
    news.map((person) => ({ ...person, seq: Math.min(head, cursor) })),
    putAnyway,
  )
}

/** What is held as it is need not be stored again: everything that shows it would look once more. */
function isSame(one: UserRow, other: UserRow): boolean {
  return one.name === other.name && one.handle === other.handle && one.pictureId === other.pictureId
}

async function putAnyway<R>(
  table: { bulkPut(rows: readonly R[]): PromiseLike<unknown> },
  rows: readonly R[],
): Promise<readonly R[]> {
  if (rows.length > 0) await table.bulkPut(rows)
  return rows
}

/** A row of Everyone that an older version stored does not say whether it is crowded. */
async function noteCrowd(tables: ClientTables, crowded: boolean, head: number): Promise<void> {
  const [everyone] = await tables.conversations.bulkGet([EVERYONE_ID])
  if (everyone === undefined || everyone.seq > head || everyone.crowded !== undefined) return
  await tables.conversations.bulkPut([{ ...everyone, crowded }])
}
