import { ratioAtLeast, ratioAtMost, type Row } from '../row.ts'
import { on, startOverStores, stopAll, STORE_SIDES } from '../store-stands.ts'

const SENDERS = 64
const IN_FLIGHT = 16
const GROUPS = 20
const WARM_UP_SECONDS = 1.5
const SECONDS = 4

export const row: Row = {
  measures: `Durable acknowledged sends, ${SENDERS} sockets with ${IN_FLIGHT} in flight each in ${GROUPS} groups, told to all members.`,
  sides: STORE_SIDES,
  figures: [
    { what: 'sends/s on MariaDB', unit: '/s', quantity: 'sends/s', ...on('MariaDB'), reach: ratioAtLeast(5) },
    { what: 'sends/s on SQLite', unit: '/s', quantity: 'sends/s', ...on('SQLite'), reach: ratioAtLeast(3) },
    { what: 'server CPU a send, MariaDB', unit: 'ms', quantity: 'cpu ms', ...on('MariaDB'), reach: ratioAtMost(1) },
    { what: 'server CPU a send, SQLite', unit: 'ms', quantity: 'cpu ms', ...on('SQLite'), reach: ratioAtMost(1) },
  ],
  async begin(lab) {
    const stands = await startOverStores(lab, { people: SENDERS, groups: GROUPS })
    return {
      sides: Object.fromEntries(
        Object.entries(stands).map(([side, { load, withCpu }]) => [
          side,
          async () => {
            const work = { senders: SENDERS, inFlight: IN_FLIGHT }
            await load.saturate({ ...work, seconds: WARM_UP_SECONDS })
            const { sends, seconds, cpu, p50, p99 } = await withCpu(() => load.saturate({ ...work, seconds: SECONDS }))
            return { 'sends/s': sends / seconds, 'cpu ms': (cpu * 1_000) / sends, 'p50 ms': p50, 'p99 ms': p99 }
          },
        ]),
      ),
      end: () => stopAll(stands),
    }
  },
}
