import { startRedis } from '../../support/services.ts'
import { oursAtMost, ratioAtMost, type Row } from '../row.ts'
import { startSeveral } from '../several.ts'

const ROUNDS = 25

export const row: Row = {
  measures:
    'Two processes over one MariaDB: how long until a message that one took is on the screens of the other, with Redis and without.',
  sides: { gone: { what: 'ChatBox while Redis is gone' }, there: { what: 'itself with Redis' } },
  figures: [
    { what: 'the latest, Redis gone', unit: 'ms', quantity: 'most ms', ours: 'gone', reach: oursAtMost(1_000) },
    {
      ...{ what: 'until it is on all screens, p50', unit: 'ms', quantity: 'p50 ms', ours: 'gone', rival: 'there' },
      reach: ratioAtMost(100),
    },
  ],
  async begin(lab) {
    let redis = await startRedis()
    const several = await startSeveral(lab, { processes: 2, redisUrl: redis.url, people: 8 })
    const measure = async () => {
      const { p50, most } = await several.load.fanOut({ rounds: ROUNDS, burst: 1 })
      return { 'p50 ms': p50, 'most ms': most }
    }
    return {
      sides: {
        async gone() {
          await redis.stop()
          // What noticing it costs is no matter of how late messages are from then on.
          await several.load.fanOut({ rounds: 3, burst: 1 })
          const measured = await measure()
          redis = await startRedis(redis.port)
          await several.load.fanOut({ rounds: 3, burst: 1 })
          return measured
        },
        there: measure,
      },
      async end() {
        await several.stop()
        await redis.stop()
      },
    }
  },
}
