import { uuidv7 } from 'uuidv7'
import { fillLikeness } from '../../server/campus/fill-likeness.ts'
import { PEOPLE_ON_DEVICES_MAX } from '../../server/campus/page-limits.ts'
import { createRandom } from '../../server/ops/demo/random.ts'
import { DEMO_PEOPLE } from '../../server/ops/demo/people.ts'
import type { Store } from '../../server/store/store.ts'
import { CAMPUS_LOG, EVERYONE_ID } from '../../shared/protocol/fields.ts'

const ROWS_AT_ONCE = 1_000

/**
 * Registers people as if one after another, without the hours that this would take, and returns their ids. Names are
 * those of the demo, mixed.
 */
export async function fillPeople(store: Store, count: number): Promise<string[]> {
  const ids = Array.from({ length: count }, () => uuidv7())
  const random = createRandom(count)
  const words = DEMO_PEOPLE.flatMap(({ name }) => name.split(' '))
  const log = store.db.selectFrom('log').select('head').where('id', '=', CAMPUS_LOG)
  const { head } = await log.executeTakeFirstOrThrow()
  for (let from = 0; from < count; from += ROWS_AT_ONCE) {
    const rows = Array.from({ length: Math.min(ROWS_AT_ONCE, count - from) }, (_, index) => {
      const place = from + index
      const name = `${random.pick(words)} ${random.pick(words)}`
      return {
        ...{
          id: ids[place] ?? '',
          seq: head + place + 1,
          handle: `person.${head + place}`,
          name,
          picture_id: null,
          former: 0,
        },
        created_at: 1_700_000_000_000 + place * 60_000,
      }
    })
    await store.db.insertInto('user').values(rows).execute()
  }
  await store.db
    .updateTable('log')
    .set({ head: head + count })
    .where('id', '=', CAMPUS_LOG)
    .execute()
  await countMembers(store)
  await fillLikeness(store)
  return ids
}

/** As registering does it: Everyone counts its members, and is crowded from some number on. */
async function countMembers(store: Store): Promise<void> {
  const { count } = await store.db
    .selectFrom('user')
    .select(({ fn }) => fn.countAll<number>().as('count'))
    .executeTakeFirstOrThrow()
  const member_count = Number(count)
  await store.db
    .updateTable('conversation')
    .set({ member_count, crowded: member_count > PEOPLE_ON_DEVICES_MAX ? 1 : 0 })
    .where('id', '=', EVERYONE_ID)
    .execute()
}
