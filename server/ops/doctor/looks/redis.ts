import { sql } from 'kysely'
import { Redis } from 'ioredis'
import type { Store } from '../../../store/store.ts'
import { fail, type Look, ok, toReason, type Verdict, warn } from '../look.ts'

const WITHIN_MS = 3_000
const SLOW_MS = 50
/** From here on it has what ioredis says to it. */
const MAJOR_MIN = 6

/** Whether Redis answers, where there is one, and whether there should be one. */
export const redisLook: Look = {
  name: 'redis',
  async look({ config: { redisUrl }, store, now }) {
    return [redisUrl === undefined ? await judgeNone(store) : await judgeRedis(redisUrl, now)]
  },
}

async function judgeRedis(url: string, now: () => number): Promise<Verdict> {
  const options = { lazyConnect: true, connectTimeout: WITHIN_MS, commandTimeout: WITHIN_MS, maxRetriesPerRequest: 0 }
  const redis = new Redis(url, { ...options, retryStrategy: () => null })
  // What went wrong is thrown by whatever was asked for.
  redis.on('error', () => undefined)
  try {
    await redis.connect()
    const version = /redis_version:(\S+)/.exec(await redis.info('server'))?.[1] ?? 'unknown'
    const begun = now()
    await redis.ping()
    const took = Math.round(now() - begun)
    if (Number.parseInt(version, 10) < MAJOR_MIN) {
      return fail(`Redis is ${version}, which is too old.`, `Use Redis ${MAJOR_MIN} or later, or Valkey.`)
    }
    if (took > SLOW_MS) return warn(`Redis takes ${took} ms to answer.`, 'Put it nearer to the servers.')
    return ok(`Redis ${version} answers within ${took} ms.`)
  } catch (error) {
    return fail(
      `Redis does not answer (${toReason(error)}): what others write comes up to a second late.`,
      'Start it, or correct REDIS_URL.',
    )
  } finally {
    redis.disconnect()
  }
}

async function judgeNone(store: Store | undefined): Promise<Verdict> {
  if (store?.kind !== 'mysql') return ok('One process needs no Redis.')
  const { rows } = await sql<{ machines: number }>`
    select count(distinct substring_index(host, ':', 1)) as machines
    from information_schema.processlist where db = database()`.execute(store.db)
  const machines = rows[0]?.machines ?? 1
  if (machines < 2) return ok('All who use the database do so from one machine, as far as can be seen.')
  return warn(
    `${machines} machines use the database, and REDIS_URL is not set: what others write comes up to a second late.`,
    'Set REDIS_URL to one Redis for all processes. Where there is one process, and somebody else looks at the database, it is fine so.',
  )
}
