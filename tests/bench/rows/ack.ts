import { CROWD, CROWD_FILES } from '../crowd-stands.ts'
import { ratioAtMost, type Row } from '../row.ts'
import { startChatbox } from '../stand.ts'

const FEW = 4
const SENDS = 60
/** So long that all have the last one before the next one is sent. */
const EVERY_MS = 250

export const row: Row = {
  measures: `How long a message to Everyone waits for its acknowledgement, with ${CROWD} online and with ${FEW}.`,
  sides: {
    [`${CROWD} online`]: { what: `ChatBox with ${CROWD} online` },
    [`${FEW} online`]: { what: `ChatBox with ${FEW} online` },
  },
  figures: [
    {
      ...{ what: 'acknowledgement, p50', unit: 'ms', quantity: 'p50 ms' },
      ...{ ours: `${CROWD} online`, rival: `${FEW} online`, reach: ratioAtMost(1.5) },
    },
  ],
  openFiles: CROWD_FILES,
  async begin(lab) {
    const stands = Object.fromEntries(
      await Promise.all(
        [CROWD, FEW].map(async (people) => [`${people} online`, await startChatbox({ lab, people })] as const),
      ),
    )
    for (const { load } of Object.values(stands)) await load.connect({ atOnce: 50 })
    return {
      sides: Object.fromEntries(
        Object.entries(stands).map(([side, { load }]) => [
          side,
          async () => {
            const { p50, p99 } = await load.sendAlone({ sends: SENDS, everyMs: EVERY_MS })
            return { 'p50 ms': p50, 'p99 ms': p99 }
          },
        ]),
      ),
      async end() {
        for (const stand of Object.values(stands)) await stand.stop()
      },
    }
  },
}
