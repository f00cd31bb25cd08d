import { resolve } from 'node:path'
import type { Config } from '../../config.ts'
import { STEPS } from '../../store/migrate.ts'
import { hasSqlite } from '../../store/sqlite.ts'
import type { Store } from '../../store/store.ts'
import { type Refused, refused } from './command.ts'

/** Refuses where opening the database would make one: in a folder that was named by mistake, for one. */
export function refuseMissing({ databaseUrl, dataDir }: Pick<Config, 'databaseUrl' | 'dataDir'>): Refused | undefined {
  if (databaseUrl !== undefined || hasSqlite(dataDir)) return undefined
  return refused(
    'no_database',
    `There is no ChatBox in ${resolve(dataDir)}. Set DATA_DIR to its folder or DATABASE_URL to its database, or begin a new one with "npm run migrate".`,
  )
}

/** Refuses a database whose schema a command cannot work with; nothing is changed, for an older server may be using it. */
export async function refuseSchema(store: Store, wants: 'database' | 'any database'): Promise<Refused | undefined> {
  const steps = await store.listSteps()
  const newer = steps.find((step) => !STEPS.includes(step))
  if (steps.length === 0) {
    return refused('no_database', 'The database is empty. Correct DATABASE_URL, or begin with "npm run migrate".')
  }
  if (newer !== undefined) {
    return refused(
      'newer_schema',
      `The database has a newer schema than this version of ChatBox (it knows "${newer}"). Use the commands of the newer version.`,
    )
  }
  if (wants === 'any database' || steps.length === STEPS.length) return undefined
  return refused(
    'older_schema',
    'The database has the schema of an older version. Bring it up to date with "npm run migrate", or by starting ChatBox.',
  )
}
