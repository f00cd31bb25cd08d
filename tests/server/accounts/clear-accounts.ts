import type { Store } from '../../../server/store/store.ts'

/** Makes every handle free again, which is a hundred times faster than a new database. */
export async function clearAccounts(store: Store): Promise<void> {
  for (const table of [
    'session',
    'credential',
    'external_identity',
    'passkey',
    'ceremony',
    'user',
    'likeness',
    'command',
  ] as const)
    await store.db.deleteFrom(table).execute()
}
