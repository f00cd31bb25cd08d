import { ratioAtMost, type Row } from '../row.ts'
import { startChatbox } from '../stand.ts'

const ONLINE = 300
const FLOOD = 1_000
const SENDS = 500
const EVERY_MS = 20

export const row: Row = {
  measures: `How long others wait for an acknowledgement in Everyone, ${ONLINE} online, while one of them sends ${FLOOD} messages of 10 kB at once, and without.`,
  sides: {
    'during a flood': { what: 'ChatBox with the limits that it begins with' },
    'without one': { what: 'the same' },
  },
  figures: [
    {
      ...{ what: 'acknowledgement of others, p99', unit: 'ms', quantity: 'p99 ms' },
      ...{ ours: 'during a flood', rival: 'without one', reach: ratioAtMost(1.25) },
    },
  ],
  openFiles: 2 * ONLINE,
  async begin(lab) {
    const { load, stop } = await startChatbox({ lab, people: ONLINE, limits: 'on' })
    await load.connect({ atOnce: 50 })
    const measure = (flood: number) => async () => {
      const { p50, p99, taken } = await load.sendDuringFlood({ sends: SENDS, everyMs: EVERY_MS, flood })
      return { 'p50 ms': p50, 'p99 ms': p99, 'taken of the flood': taken }
    }
    return { sides: { 'during a flood': measure(FLOOD), 'without one': measure(0) }, end: stop }
  },
}
