import type { Lock } from '@tus/server'
import type { Redis } from 'ioredis'
import { randomUUID } from 'node:crypto'
import * as v from 'valibot'
import type { Bus, Channel } from '../bus/bus.ts'
import { createDeadline, LOCK_WITHIN_MS, LockHeld, type UploadLocks } from './locks.ts'
import { createMemoryLocks } from './memory-locks.ts'

/*
 * The locks of several processes. Who wants one takes it in its own process first, and then for a lease in Redis:
 *
 *   lock ─▶ of this process ─▶ SET NX PX ─▶ held, and renewed again and again ─▶ unlock
 *                                 │ taken      │ lost, or not renewed for half of the lease: asked to let go, so that
 *               "wanted" on the bus            │ its holder has stopped before somebody else can take it
 *               its holder lets go ◀───────────┘
 *
 * While Redis is away there are only the locks of each process. Files rest on no lock: where two write to one upload, its
 * hash tells when all is there whether it is what was announced, and one of two sets of rows is written.
 */

/** "Somebody wants this upload", and "it is free again". */
const wanted: Channel<string> = { name: 'upload-wanted', schema: v.string() }
const freed: Channel<string> = { name: 'upload-freed', schema: v.string() }

const LEASE_MS = 15_000
/** A word on the bus may be lost. */
const LOOK_EVERY_MS = 500

const RENEW = `if redis.call('get', KEYS[1]) == ARGV[1] then return redis.call('pexpire', KEYS[1], ARGV[2]) else return 0 end`
const RELEASE = `if redis.call('get', KEYS[1]) == ARGV[1] then return redis.call('del', KEYS[1]) else return 0 end`

export interface RedisLocksOptions {
  redis: { client: Redis; prefix: string }
  bus: Bus
  leaseMs?: number
  withinMs?: number
}

interface Lease {
  /** Asks whoever holds it to stop. */
  askBack(): void
  end(): Promise<void>
}

export function createRedisLocks({
  redis: { client, prefix },
  bus,
  leaseMs = LEASE_MS,
  withinMs = LOCK_WITHIN_MS,
}: RedisLocksOptions): UploadLocks {
  const local = createMemoryLocks(withinMs)
  const leases = new Map<string, Lease>()
  const waiting = new Map<string, () => void>()
  bus.listen(wanted, (id) => leases.get(id)?.askBack())
  bus.listen(freed, (id) => waiting.get(id)?.())
  const keyOf = (id: string) => `${prefix}:upload:${id}`

  /** Undefined while Redis is away. Throws `LockHeld`. */
  async function lease(id: string, end: AbortSignal, askBack: () => void): Promise<Lease | undefined> {
    const token = randomUUID()
    for (;;) {
      const answer = await client.set(keyOf(id), token, 'PX', leaseMs, 'NX').catch(() => 'away' as const)
      if (answer === 'away') return undefined
      if (answer !== null) return keepLease(id, token, askBack)
      if (end.aborted) throw new LockHeld('another process holds this upload')
      bus.publish(wanted, id)
      await waitForWord(id, end)
    }
  }

  function keepLease(id: string, token: string, askBack: () => void): Lease {
    let renewedAt = performance.now()
    const timer = setInterval(() => {
      const begun = performance.now()
      client.eval(RENEW, 1, keyOf(id), token, leaseMs).then(
        (isOurs) => {
          if (isOurs === 1) renewedAt = begun
          else askBack()
        },
        () => undefined,
      )
      if (begun - renewedAt > leaseMs / 2) askBack()
    }, leaseMs / 5)
    const held: Lease = {
      askBack,
      async end() {
        clearInterval(timer)
        leases.delete(id)
        // A lease that cannot be given back ends by itself.
        await client.eval(RELEASE, 1, keyOf(id), token).catch(() => undefined)
        bus.publish(freed, id)
      },
    }
    leases.set(id, held)
    return held
  }

  function waitForWord(id: string, end: AbortSignal): Promise<void> {
    return new Promise((resolve) => {
      const done = () => {
        clearTimeout(timer)
        end.removeEventListener('abort', done)
        waiting.delete(id)
        resolve()
      }
      const timer = setTimeout(done, LOOK_EVERY_MS)
      end.addEventListener('abort', done, { once: true })
      waiting.set(id, done)
    })
  }

  return {
    newLock(id): Lock {
      const ours = local.newLock(id)
      let held: Lease | undefined
      return {
        async lock(signal, requestRelease) {
          // One for both: who waited for others of this process has that much less for those of another one.
          const { end, clear } = createDeadline(signal, withinMs)
          try {
            await ours.lock(end, requestRelease)
            held = await lease(id, end, () => void requestRelease()).catch(async (error: unknown) => {
              await ours.unlock()
              throw error
            })
          } finally {
            clear()
          }
        },
        async unlock() {
          await held?.end()
          await ours.unlock()
        },
      }
    },
  }
}
