import { ratioAtMost, type Row } from '../row.ts'
import { on, startOverStores, stopAll, STORE_SIDES } from '../store-stands.ts'

const SENDS = 400

export const row: Row = {
  measures: 'One sender alone, who sends again as soon as the last message is acknowledged.',
  sides: STORE_SIDES,
  figures: [
    { what: 'a lone send on MariaDB, p50', unit: 'ms', quantity: 'p50 ms', ...on('MariaDB'), reach: ratioAtMost(1.5) },
    { what: 'a lone send on SQLite, p50', unit: 'ms', quantity: 'p50 ms', ...on('SQLite'), reach: ratioAtMost(1.5) },
  ],
  async begin(lab) {
    const stands = await startOverStores(lab, { people: 2, groups: 1 })
    for (const { load } of Object.values(stands)) await load.sendAlone({ sends: SENDS })
    return {
      sides: Object.fromEntries(
        Object.entries(stands).map(([side, { load, withCpu }]) => [
          side,
          async () => {
            const { p50, p99, cpu } = await withCpu(() => load.sendAlone({ sends: SENDS }))
            return { 'p50 ms': p50, 'p99 ms': p99, 'cpu ms': (cpu * 1_000) / SENDS }
          },
        ]),
      ),
      end: () => stopAll(stands),
    }
  },
}
