import { TOKENS_PER_DEVICE } from '../../../shared/classroom/limits.ts'
import type { Environment } from '../environment.ts'
import type { AccountClassroomsDatabase, Blinded, Limited } from './account-classrooms.ts'
import type { ClassroomsApi } from './api.ts'
import { ClassroomDatabase, studentDatabaseName } from './database.ts'
import { createDexieStorage } from './dexie-storage.ts'
import { pinKey } from './issuer.ts'
import { hashOf } from './secrets.ts'

/** So long between two blindings that whoever types meanwhile does not notice. */
const PAUSE_MS = 30

/**
 * Fetches the tokens of a limited classroom, once for this account on this device, whether or not it will
 * ever be opened: so that having them says nothing. They end in the database of the classroom, where
 * nothing says which account fetched them, and nothing of the account is kept but that it did. Returns whether the
 * server said what becomes of it.
 */
export async function fetchTokens(
  { clock }: Pick<Environment, 'clock'>,
  api: ClassroomsApi,
  known: AccountClassroomsDatabase,
  classroom: Limited,
): Promise<boolean> {
  const { id, issuer } = classroom
  const set = (tokens: Limited['tokens']) => known.limited.update(id, { tokens })
  const opened = new ClassroomDatabase(studentDatabaseName(id))
  try {
    const keyHash = hashOf(issuer)
    if ((await pinKey(createDexieStorage(opened), keyHash)) !== keyHash) {
      await set({ kind: 'refused' })
      return true
    }
    const { createBlinded, finishToken, importIssuer } = await import('./blind.ts')
    const key = await importIssuer(issuer)
    const batch = classroom.tokens.kind === 'blinded' ? classroom.tokens.batch : await blindAll()
    await set({ kind: 'blinded', batch })
    const answer = await api.tokens(
      id,
      batch.map(({ blinded }) => blinded),
    )
    if (answer.kind !== 'ok') {
      const isRefused = answer.kind === 'refused' && isFinal(answer.error.code)
      if (isRefused) await set({ kind: 'refused' })
      return isRefused
    }
    const tokens = await Promise.all(
      batch.map((blinded, index) => finishToken(key, blinded, answer.value[index] ?? '')),
    )
    // Should the app be killed between these two, the same tokens are put there once more.
    await opened.tokens.bulkPut(tokens)
    await set({ kind: 'fetched' })
    return true

    async function blindAll(): Promise<Blinded[]> {
      const made: Blinded[] = []
      while (made.length < TOKENS_PER_DEVICE) {
        made.push(await createBlinded(key))
        await new Promise<void>((resolve) => clock.after(PAUSE_MS, resolve))
      }
      return made
    }
  } finally {
    opened.close()
  }
}

function isFinal(code: string): boolean {
  return code === 'no_more_tokens' || code === 'bad_key' || code === 'not_found'
}
