import { sql } from 'kysely'
import { STEPS } from '../../store/migrate.ts'
import type { Store } from '../../store/store.ts'
import { toStartSentence } from '../start-error.ts'
import { type DoctorParts, fail, type Look, toReason, type Verdict } from './look.ts'
import { backupsLook } from './looks/backups.ts'
import { clockLook } from './looks/clock.ts'
import { databaseLook } from './looks/database.ts'
import { diskLook } from './looks/disk.ts'
import { httpsLook } from './looks/https.ts'
import { mailLook } from './looks/mail.ts'
import { proxyLook } from './looks/proxy.ts'
import { redisLook } from './looks/redis.ts'
import { settingsLook } from './looks/settings.ts'

const LOOKS: readonly Look[] = [
  ...[settingsLook, databaseLook, redisLook, diskLook, clockLook],
  ...[proxyLook, httpsLook, mailLook, backupsLook],
]

export interface NamedVerdict extends Verdict {
  name: string
}

/** What there is for a database: one that was opened, or why there is none. */
export type Opened = { store: Store } | { reason: string }

/** Looks at everything, one after the other. What one look breaks at keeps none of the others from being had. */
export async function examine(
  parts: Omit<DoctorParts, 'store'>,
  opened: Opened,
  looks: readonly Look[] = LOOKS,
): Promise<NamedVerdict[]> {
  const found: NamedVerdict[] = []
  const reason = 'store' in opened ? await findObstacle(opened.store, parts) : opened.reason
  const store = 'store' in opened && reason === undefined ? opened.store : undefined
  if (reason !== undefined) found.push({ name: 'database', ...fail(reason, 'Everything else waits for it.') })
  const isCurrent = store !== undefined && isSame(await store.listSteps(), STEPS)
  for (const { name, look } of looks) {
    if (name === 'database' && store === undefined) continue
    try {
      const asked = name === 'database' || isCurrent ? store : undefined
      for (const verdict of await look({ ...parts, store: asked })) found.push({ name, ...verdict })
    } catch (error) {
      found.push({
        name,
        ...fail(`This could not be looked at (${toReason(error)}).`, 'Look again; tell us if it stays so.'),
      })
    }
  }
  return found
}

const isSame = (steps: readonly string[], others: readonly string[]) =>
  steps.length === others.length && steps.every((step) => others.includes(step))

/** Why a database cannot be asked anything; undefined when it can. */
async function findObstacle(store: Store, { config }: Pick<DoctorParts, 'config'>): Promise<string | undefined> {
  try {
    await sql`select 1`.execute(store.db)
    const steps = await store.listSteps()
    return steps.length === 0
      ? 'The database is empty. Correct DATABASE_URL, or begin with "npm run migrate".'
      : undefined
  } catch (error) {
    return toStartSentence(error, config)
  }
}
