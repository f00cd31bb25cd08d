import { sql } from 'kysely'
import { STEPS } from '../../../store/migrate.ts'
import type { Store } from '../../../store/store.ts'
import { createProbeRow } from '../../../store/writability.ts'
import { NO_DATABASE, fail, type Look, ok, type Verdict, warn } from '../look.ts'
import { judgeMysql } from './mysql.ts'
import { judgeSqlite } from './sqlite.ts'

const SLOW_MS = 100
const WRITES = 3

/** Whether the database is one that ChatBox can rest on, up to date, and quick. Where none answers the doctor has said so. */
export const databaseLook: Look = {
  name: 'database',
  async look({ store, config, now }) {
    if (store === undefined) return [NO_DATABASE]
    const verdicts = [
      ...(await judgeSteps(store)),
      ...(store.kind === 'mysql' ? await judgeMysql(store) : await judgeSqlite(store, config.dataDir)),
    ]
    if (verdicts.some(({ status }) => status === 'fail')) return verdicts
    return [...verdicts, await judgeWrites(store, now)]
  },
}

async function judgeSteps(store: Store): Promise<Verdict[]> {
  const steps = await store.listSteps()
  const newer = steps.find((step) => !STEPS.includes(step))
  if (newer !== undefined) {
    return [
      fail(`A newer version has used this database (it knows "${newer}").`, 'Run that version, or put back a backup.'),
    ]
  }
  const missing = STEPS.length - steps.length
  if (missing === 0) return []
  return [warn(`${missing} steps of this version's schema are missing.`, 'Run "npm run migrate", or start ChatBox.')]
}

/** The middle one of some small writes, each on disk when it returns. */
async function judgeWrites(store: Store, now: () => number): Promise<Verdict> {
  const times: number[] = []
  try {
    for (let count = 0; count < WRITES; count += 1) {
      const begun = now()
      await store.write((db) => store.upsert(db, 'probe', ['id'], [createProbeRow()]))
      times.push(now() - begun)
    }
  } catch {
    return fail(
      'The database takes nothing that is written.',
      'Look for a full disk, a read-only replica, or missing rights.',
    )
  }
  const middle = Math.round(times.sort((one, other) => one - other)[1] ?? 0)
  const { rows } = await sql<{
    version: string
  }>`select ${store.kind === 'mysql' ? sql`version()` : sql`sqlite_version()`} as version`.execute(store.db)
  const name = `${store.kind === 'mysql' ? '' : 'SQLite '}${rows[0]?.version ?? ''}`
  if (middle <= SLOW_MS) return ok(`${name} answers, and a small write takes ${middle} ms.`)
  return warn(
    `A small write takes ${middle} ms.`,
    'Each message waits for one: look at the disk, and at how far the database is.',
  )
}
