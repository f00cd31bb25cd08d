import type { Selectable } from 'kysely'
import { CAMPUS_LOG, EVERYONE_ID } from '../../shared/protocol/fields.ts'
import type { PeopleAnswer } from '../../shared/protocol/http.ts'
import { FOUND_PEOPLE_MAX } from '../../shared/protocol/limits.ts'
import { toSearchWords } from '../../shared/search-words.ts'
import type { Database, UserTable } from '../store/schema.ts'
import type { Store } from '../store/store.ts'
import { shorten } from './name-words.ts'
import { fromUser } from './records.ts'

/*
 * The directory: what a device asks for whom it has not met. Everybody with an account may see everybody, so nothing is left
 * out. A page is read by the longest of the words, from an index in which each word of a name lies, so it costs as many rows
 * as there are people whose name begins so, and without words as many as it brings, however many are registered.
 */

/** Greater than every text that begins with the same. */
const LAST = '\u{10ffff}'

interface Place {
  word: string
  id: string
}

/** A page of those of whom each of these words begins a word of their name or their handle, by name. */
export async function searchPeople(
  store: Pick<Store, 'read'>,
  words: string,
  after: Place | null,
): Promise<PeopleAnswer> {
  const wanted = [...new Set(toSearchWords(words).map(shorten))].sort((one, other) => other.length - one.length)
  return store.read(async (db) => {
    const campus = await findCampus(db)
    const [longest, ...others] = wanted
    const found = await db
      .selectFrom('name_word as listed')
      .innerJoin('user', 'user.id', 'listed.user_id')
      .where('listed.kind', '=', 'name')
      .$if(longest !== undefined, (query) =>
        query.where('listed.user_id', 'in', (from) =>
          from
            .selectFrom('name_word')
            .select('user_id')
            .where('kind', '=', 'word')
            .where('word', '>=', longest ?? '')
            .where('word', '<', `${longest}${LAST}`),
        ),
      )
      .where((all) =>
        all.and(
          others.map((word) =>
            all.exists(
              all
                .selectFrom('name_word')
                .select('user_id')
                .whereRef('name_word.user_id', '=', 'listed.user_id')
                .where('kind', '=', 'word')
                .where('word', '>=', word)
                .where('word', '<', `${word}${LAST}`),
            ),
          ),
        ),
      )
      .$if(after !== null, (query) =>
        query.where((or) =>
          or.or([
            or('listed.word', '>', after?.word ?? ''),
            or.and([or('listed.word', '=', after?.word ?? ''), or('listed.user_id', '>', after?.id ?? '')]),
          ]),
        ),
      )
      .selectAll('user')
      .select('listed.word as listed_word')
      .orderBy('listed.word')
      .orderBy('listed.user_id')
      .limit(FOUND_PEOPLE_MAX + 1)
      .execute()
    const page = found.slice(0, FOUND_PEOPLE_MAX)
    const last = page.at(-1)
    const next = found.length > page.length && last !== undefined ? `${last.id}.${last.listed_word}` : null
    return { ...campus, people: page.map(toRow), next }
  })
}

/** What these people are called now; who has no account is left out. */
export async function findPeople(store: Pick<Store, 'read'>, ids: readonly string[]): Promise<PeopleAnswer> {
  return store.read(async (db) => {
    const campus = await findCampus(db)
    const users = await db.selectFrom('user').selectAll().where('id', 'in', ids).execute()
    return { ...campus, people: users.map(toRow), next: null }
  })
}

/** Undefined is none that a page gave. */
export function fromNext(next: string | undefined): Place | null | undefined {
  if (next === undefined) return null
  const [, id, word] = /^([0-9a-f-]{36})\.(.*)$/su.exec(next) ?? []
  return id === undefined || word === undefined ? undefined : { id, word }
}

async function findCampus(db: Database): Promise<Pick<PeopleAnswer, 'head' | 'total' | 'crowded'>> {
  const { head, total, crowded } = await db
    .selectFrom('log')
    .innerJoin('conversation', (join) => join.on('conversation.id', '=', EVERYONE_ID))
    .select(['log.head as head', 'conversation.member_count as total', 'conversation.crowded as crowded'])
    .where('log.id', '=', CAMPUS_LOG)
    .executeTakeFirstOrThrow()
  return { head, total, crowded: crowded === 1 }
}

function toRow(user: Selectable<UserTable>): PeopleAnswer['people'][number] {
  return fromUser(user).row
}
