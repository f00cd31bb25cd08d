import { refusal, type Refusal } from '../../shared/protocol/errors.ts'
import type { Store } from '../store/store.ts'
import { hasOperator, spendClaim } from './admission.ts'
import { createOneTimeLink, giveBackOneTimeLink } from './one-time-links.ts'
import type { Parts } from './parts.ts'

/** What is behind the `#` of a link that makes whoever opens it an operator; undefined when there is one already. */
export async function createClaimToken(store: Store, now: number): Promise<string | undefined> {
  return store.write(async (db) => ((await hasOperator(db)) ? undefined : createOneTimeLink(db, 'claim', null, now)))
}

/** Makes somebody with an account the first operator. */
export async function claim(
  { store, clock, setRole }: Parts,
  userId: string,
  token: string,
): Promise<Refusal | undefined> {
  if (!(await spendClaim(store.db, token, clock.now()))) return refusal('link_invalid')
  const refused = await setRole(userId, 'operator')
  if (refused !== undefined) await giveBackOneTimeLink(store.db, token)
  return refused
}
