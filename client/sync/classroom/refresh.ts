import type { Account } from '../account.ts'
import type { Environment } from '../environment.ts'
import { AccountClassroomsDatabase, type Limited } from './account-classrooms.ts'
import { createClassroomsApi } from './api.ts'
import { fetchTokens } from './fetch-tokens.ts'

export type Refreshed = 'nothing' | 'list' | 'all'

export type RefreshEnvironment = Pick<Environment, 'clock' | 'fetch' | 'locks' | 'onError'>

/**
 * Asks which classrooms the account staffs and which its groups have, keeps the answer, and fetches the
 * tokens that this device lacks. With no network nothing changes. While another tab does so, it `waits` or leaves it to
 * that one. Returns what the server answered: nothing, the list alone, or all that was asked.
 */
export async function refreshClassrooms(
  environment: RefreshEnvironment,
  account: Pick<Account, 'userId'>,
  { waits = false } = {},
): Promise<Refreshed> {
  const db = new AccountClassroomsDatabase(account.userId)
  const { name } = db
  try {
    // Two tabs that lead for a moment would fetch two allotments.
    return await environment.locks.request(name, { ifAvailable: !waits }, (lock) =>
      lock === null ? 'nothing' : refresh(environment, account.userId, db),
    )
  } finally {
    db.close()
  }
}

async function refresh(
  environment: RefreshEnvironment,
  userId: string,
  db: AccountClassroomsDatabase,
): Promise<Refreshed> {
  const api = createClassroomsApi(environment.fetch, userId)
  const answer = await api.list()
  if (answer.kind !== 'ok') return 'nothing'
  const { staffed, limited } = answer.value
  await db.transaction('rw', db.staffed, db.limited, async () => {
    await db.staffed.clear()
    await db.staffed.bulkPut(staffed)
    const held = await db.limited.bulkGet(limited.map(({ id }) => id))
    const rows = limited.map(({ id, title, groupId, issuer }, index): Limited => {
      // A key that changed is not taken: the classroom is held to the first.
      const before = held[index]
      return before === undefined ? { id, title, groupId, issuer, tokens: { kind: 'none' } } : { ...before, title }
    })
    await db.limited.bulkPut(rows)
  })
  // Tokens are given once: they must not be lost with a tab.
  if (db.storage.state.kind === 'failing') return 'list'
  const listed = new Set(limited.map(({ id }) => id))
  const lacking = (await db.limited.toArray()).filter(
    ({ id, tokens }) => listed.has(id) && (tokens.kind === 'none' || tokens.kind === 'blinded'),
  )
  let areAnswered = true
  for (const classroom of lacking) {
    try {
      if (!(await fetchTokens(environment, api, db, classroom))) areAnswered = false
    } catch (error) {
      environment.onError(error)
      areAnswered = false
    }
  }
  return areAnswered ? 'all' : 'list'
}
