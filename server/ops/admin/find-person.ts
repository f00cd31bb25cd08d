import type { Store } from '../../store/store.ts'
import { type Refused, refused } from './command.ts'

/** Who has this handle, with or without its @; refuses where nobody has. */
export async function findPerson(
  { db }: Pick<Store, 'db'>,
  typed: string,
): Promise<{ id: string; handle: string; name: string } | Refused> {
  const handle = typed.trim().replace(/^@/, '').toLowerCase()
  const found = await db
    .selectFrom('user')
    .select(['id', 'handle', 'name'])
    .where('handle', '=', handle)
    .executeTakeFirst()
  return found ?? refused('not_found', `Nobody has the handle "${handle}".`)
}

/** Refuses what is not a whole number from `least` to `most`. */
export function readNumber(
  typed: string,
  name: string,
  least: number,
  most = Number.MAX_SAFE_INTEGER,
): number | Refused {
  const number = Number(typed)
  if (Number.isSafeInteger(number) && number >= least && number <= most) return number
  const bound = most === Number.MAX_SAFE_INTEGER ? `at least ${least}` : `from ${least} to ${most}`
  return refused('bad_request', `${name} takes a whole number, ${bound}.`)
}

/** "2026-12-01 10:00", in UTC. */
export function toTimeWords(at: number): string {
  return new Date(at).toISOString().slice(0, 16).replace('T', ' ')
}
