import { CAMPUS_LOG, EVERYONE_ID } from '../../shared/protocol/fields.ts'
import { fold } from '../../shared/search-words.ts'
import type { Database, NameWordTable, UserTable } from '../store/schema.ts'
import type { Store } from '../store/store.ts'

/** A word is kept so far, in code points that no index cuts in half. */
const WORD_MAX = 60
const PEOPLE_AT_ONCE = 500

/** By what somebody is found: the words of their name and their handle; and the name whole, in the order of which people are listed. */
export function toNameWords({ id, name, handle }: Pick<UserTable, 'id' | 'name' | 'handle'>): NameWordTable[] {
  const folded = fold(name).trim()
  const words = new Set([...folded.split(/\s+/), handle].map(shorten).filter((word) => word !== ''))
  return [
    { kind: 'name', word: shorten(folded), user_id: id },
    ...[...words].map((word) => ({ kind: 'word' as const, word, user_id: id })),
  ]
}

/** As far as it is kept. */
export function shorten(word: string): string {
  return Array.from(word).slice(0, WORD_MAX).join('')
}

/**
 * Keeps by what those are found who came before that was kept, or through a process of an older version, and counts who
 * is registered. Under the log's row lock, so that nobody takes another name or registers meanwhile.
 */
export async function fillDirectory(store: Pick<Store, 'write'>): Promise<void> {
  for (let after: string | undefined = ''; after !== undefined;) {
    const from: string = after
    after = await store.write(async (db) => {
      await db
        .updateTable('log')
        .set((column) => ({ head: column.ref('head') }))
        .where('id', '=', CAMPUS_LOG)
        .execute()
      return (await fillAfter(db, from)) ?? (await countEverybody(db))
    })
  }
}

async function fillAfter(db: Database, after: string): Promise<string | undefined> {
  const people = await db
    .selectFrom('user')
    .leftJoin('name_word', (join) => join.onRef('name_word.user_id', '=', 'user.id').on('name_word.kind', '=', 'name'))
    .select(['user.id', 'user.name', 'user.handle'])
    .where('name_word.user_id', 'is', null)
    .where('user.former', '=', 0)
    .where('user.id', '>', after)
    .orderBy('user.id')
    .limit(PEOPLE_AT_ONCE)
    .execute()
  if (people.length > 0) await db.insertInto('name_word').values(people.flatMap(toNameWords)).execute()
  return people.at(-1)?.id
}

async function countEverybody(db: Database): Promise<undefined> {
  const { count } = await db
    .selectFrom('user')
    .select(({ fn }) => fn.countAll<number>().as('count'))
    .where('former', '=', 0)
    .executeTakeFirstOrThrow()
  await db.updateTable('conversation').set({ member_count: count }).where('id', '=', EVERYONE_ID).execute()
}
