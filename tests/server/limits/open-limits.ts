import { Redis } from 'ioredis'
import { type Buckets, createMemoryBuckets } from '../../../server/limits/buckets.ts'
import { createCallers } from '../../../server/limits/callers.ts'
import { createLimits, type Limits } from '../../../server/limits/limits.ts'
import { createRedisBuckets } from '../../../server/limits/redis-buckets.ts'
import { createSlowModes } from '../../../server/limits/slow-modes.ts'
import { systemClock } from '../../../shared/clock.ts'
import type { LimitSetting, LimitValue } from '../../../shared/operate/limits.ts'
import { SETTINGS } from '../../../shared/operate/settings.ts'
import type { Backend } from '../../support/backend.ts'

export type LimitValues = Partial<Record<LimitSetting, LimitValue>>

export interface OpenLimits {
  limits: Limits
  buckets: Buckets
  slowModes: ReturnType<typeof createSlowModes>
  now(): number
  /** Lets time pass: also for what Redis counts. */
  pass(ms: number): Promise<void>
  errors: unknown[]
  close(): Promise<void>
}

const PREFIX = 'chatbox:limits-test'

/**
 * Limits as a process has them: over Redis where the backend has one. `values` is what an operator chose; with `isBare` what
 * is not among it is off. Time stands still, two days after now: nobody who registers here is a newcomer.
 */
export async function openLimits(
  { store, redisUrl }: Pick<Backend, 'store' | 'redisUrl'>,
  values: LimitValues = {},
  { isBare = false, startMs = Date.now() + 2 * 24 * 60 * 60_000 } = {},
): Promise<OpenLimits> {
  let time = startMs
  const now = () => time
  const errors: unknown[] = []
  const onError = (error: unknown) => void errors.push(error)
  const client = redisUrl === undefined ? undefined : new Redis(redisUrl)
  const memory = createMemoryBuckets(now)
  const buckets = client === undefined ? memory : createRedisBuckets({ client, prefix: PREFIX }, systemClock)
  const slowModes = createSlowModes(store, onError)
  await slowModes.load()
  return {
    limits: createLimits({
      ...{ buckets, now, onError, callers: createCallers(store, now), findSlowSeconds: slowModes.findSeconds },
      getValue: (setting) => values[setting] ?? (isBare ? 'off' : (SETTINGS[setting].default as LimitValue)),
    }),
    buckets,
    slowModes,
    now,
    errors,
    async pass(ms) {
      time += ms
      if (client === undefined) return
      for (const key of await client.keys(`${PREFIX}:limit:*`)) {
        const fullAt = Number(await client.get(key))
        await client.set(key, String(fullAt - ms), 'KEEPTTL')
      }
    },
    async close() {
      client?.disconnect()
    },
  }
}
