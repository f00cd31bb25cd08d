import type { Redis } from 'ioredis'
import { RateLimiterMemory, RateLimiterRedis, RateLimiterRes } from 'rate-limiter-flexible'
import type { Limited } from './denied.ts'

/** Where the processes of one campus count together. */
export interface SharedCounts {
  client: Redis
  prefix: string
}

export interface Allowance {
  points: number
  withinMs: number
}

/** Counts tries by key. Each is taken before it is made, so that many at once cannot slip through together. */
export interface Counter {
  /** Undefined when there was one left. */
  take(key: string): Promise<Limited | undefined>
  giveBack(key: string): Promise<void>
}

/**
 * Counts in Redis for all processes together. While Redis is away each process counts in its own
 * memory: nobody is locked out by that, and nobody is let in unlimited.
 */
export function createCounter(name: string, allowance: Allowance, redis: SharedCounts | undefined): Counter {
  const keyPrefix = `${redis?.prefix ?? 'chatbox'}:tries:${name}`
  const options = { keyPrefix, points: allowance.points, duration: allowance.withinMs / 1000 }
  const memory = new RateLimiterMemory(options)
  const limiter =
    redis === undefined
      ? memory
      : new RateLimiterRedis({
          ...options,
          storeClient: redis.client,
          rejectIfRedisNotReady: true,
          insuranceLimiter: memory,
        })
  return {
    async take(key) {
      try {
        await limiter.consume(key)
        return undefined
      } catch (error) {
        if (!(error instanceof RateLimiterRes)) throw error
        return { kind: 'limited', retryAfterMs: error.msBeforeNext }
      }
    },
    async giveBack(key) {
      await limiter.reward(key)
    },
  }
}
