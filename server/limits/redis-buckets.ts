import type { Redis } from 'ioredis'
import * as v from 'valibot'
import type { Clock } from '../../shared/clock.ts'
import { type Buckets, createMemoryBuckets, type Draw } from './buckets.ts'

/** The same as of a process alone, by the clock of Redis: see `buckets.ts`. */
const TAKE = `
local time = redis.call('time')
local now = time[1] * 1000 + math.floor(time[2] / 1000)
local fullAt, changed = {}, {}
for index, key in ipairs(KEYS) do fullAt[index] = math.max(now, tonumber(redis.call('get', key) or now)) end
local waits = {}
for number, draws in ipairs(cjson.decode(ARGV[1])) do
  local wait = 0
  for _, draw in ipairs(draws) do wait = math.max(wait, fullAt[draw[1]] + math.min(draw[2], draw[3]) - draw[3] - now) end
  if wait == 0 then
    for _, draw in ipairs(draws) do
      fullAt[draw[1]] = fullAt[draw[1]] + draw[2]
      changed[draw[1]] = true
    end
  end
  waits[number] = math.ceil(wait)
end
for index in pairs(changed) do
  local left = math.ceil(fullAt[index] - now)
  if left > 0 then redis.call('set', KEYS[index], string.format('%.3f', fullAt[index]), 'PX', left) end
end
return waits`

const GIVE_BACK = `
local given = cjson.decode(ARGV[1])
for index, key in ipairs(KEYS) do
  local fullAt = redis.call('get', key)
  if fullAt then redis.call('set', key, string.format('%.3f', fullAt - given[index]), 'KEEPTTL') end
end`

/** Who waits for Redis for longer than that is counted without it. */
const ANSWER_WITHIN_MS = 500

const waits = v.array(v.number())

/**
 * Counts in Redis for all processes together. While Redis is away each process counts in its own memory: nobody waits for it,
 * and nobody is let in unlimited.
 */
export function createRedisBuckets(redis: { client: Redis; prefix: string }, clock: Clock): Buckets {
  const memory = createMemoryBuckets(clock.now)
  const toKey = (key: string) => `${redis.prefix}:limit:${key}`

  /** Undefined while Redis is away. */
  async function run(script: string, keys: readonly string[], argument: unknown): Promise<unknown> {
    let cancel: () => void = () => undefined
    const late = new Promise<undefined>((resolve) => {
      cancel = clock.after(ANSWER_WITHIN_MS, () => resolve(undefined))
    })
    const answer = redis.client
      .eval(script, keys.length, ...keys.map(toKey), JSON.stringify(argument))
      .catch(() => undefined)
    const first = await Promise.race([answer, late])
    cancel()
    return first
  }

  return {
    async take(requests) {
      const keys = [...new Set(requests.flatMap((draws) => draws.map(({ key }) => key)))]
      if (keys.length === 0) return requests.map(() => 0)
      const places = new Map(keys.map((key, index) => [key, index + 1]))
      const asked = requests.map((draws) =>
        draws.map(({ key, takesMs, depthMs }) => [places.get(key), takesMs, depthMs]),
      )
      const answer = v.safeParse(waits, await run(TAKE, keys, asked))
      return answer.success ? answer.output : memory.take(requests)
    },
    async giveBack(draws) {
      if (draws.length === 0) return
      await run(
        GIVE_BACK,
        draws.map(({ key }) => key),
        draws.map(({ takesMs }: Draw) => takesMs),
      )
      await memory.giveBack(draws)
    },
  }
}
