import { ratioAtMost, type Row } from '../row.ts'
import { type Several, startSeveral } from '../several.ts'

const SENDERS = 64
const IN_FLIGHT = 4
const GROUPS = 20
const WARM_UP_SECONDS = 2
const SECONDS = 4
const COUNTS = [1, 2, 4]

export const row: Row = {
  measures: `${SENDERS} senders with ${IN_FLIGHT} in flight each, in ${GROUPS} groups, over 1, 2 and 4 processes with one MariaDB and one Redis.`,
  sides: Object.fromEntries(
    COUNTS.map((count) => [`${count}`, { what: count === 1 ? 'ChatBox, one process' : `ChatBox, ${count} processes` }]),
  ),
  figures: COUNTS.slice(1).map((count) => ({
    ...{ what: `CPU of all processes a send, ${count} to 1`, unit: 'ms', quantity: 'cpu ms' },
    // Each process hears of every batch: what that costs is what another process adds.
    ...{ ours: `${count}`, rival: '1', reach: ratioAtMost(count === 2 ? 1.25 : 1.5) },
  })),
  async begin(lab) {
    const redis = await lab.redis()
    const sides: [string, Several][] = []
    for (const processes of COUNTS) {
      const options = { processes, redisUrl: redis.url, people: SENDERS, groups: GROUPS }
      sides.push([`${processes}`, await startSeveral(lab, options)])
    }
    return {
      sides: Object.fromEntries(
        sides.map(([side, several]) => [
          side,
          async () => {
            const work = { senders: SENDERS, inFlight: IN_FLIGHT }
            await several.load.saturate({ ...work, seconds: WARM_UP_SECONDS })
            const before = { cpu: several.cpuSeconds(), statements: await several.database.countStatements() }
            const { sends, seconds, p50, p99 } = await several.load.saturate({ ...work, seconds: SECONDS })
            const statements = (await several.database.countStatements()) - before.statements
            return {
              ...{ 'sends/s': sends / seconds, 'cpu ms': ((several.cpuSeconds() - before.cpu) * 1_000) / sends },
              ...{ 'p50 ms': p50, 'p99 ms': p99, 'statements a send': statements / sends },
            }
          },
        ]),
      ),
      async end() {
        for (const [, several] of sides) await several.stop()
      },
    }
  },
}
