import { ratioAtMost, type Row } from '../row.ts'
import { startChatbox } from '../stand.ts'
import { startLoad } from '../load/start-load.ts'

const RESUMES = 2_000
const MISSED = 20
const SENDS = 300
const EVERY_MS = 10

export const row: Row = {
  measures: `How long others wait for a send while ${RESUMES} sockets come back at once, on SQLite.`,
  sides: {
    'during resumes': { what: `ChatBox while ${RESUMES} resume` },
    idle: { what: 'itself idle' },
  },
  figures: [
    {
      ...{ what: 'a send of others, p99', unit: 'ms', quantity: 'p99 ms' },
      ...{ ours: 'during resumes', rival: 'idle', reach: ratioAtMost(1.25) },
    },
  ],
  openFiles: RESUMES + 500,
  async begin(lab) {
    // The last one is the load's own writer, and the one after it somebody else.
    const { load, server, seeded, stop } = await startChatbox({ lab, people: RESUMES + 2 })
    const other = seeded.people.slice(-1)
    const target = { speaks: 'chatbox', port: server.port, cursor: seeded.head } as const
    const crowd = startLoad({ ...target, people: seeded.people.slice(0, -1) })
    const others = startLoad({ ...target, people: other })
    await load.stop()
    await crowd.connect({ atOnce: 50 })
    await others.connect({ atOnce: 1 })
    const toQuantities = ({ p50, p99, most }: { p50: number; p99: number; most: number }) => ({
      ...{ 'p50 ms': p50, 'p99 ms': p99, 'most ms': most },
    })
    return {
      sides: {
        async 'during resumes'() {
          await crowd.cutAndMiss({ writers: 1, missed: MISSED })
          const [sent] = await Promise.all([
            others.sendAlone({ sends: SENDS, everyMs: EVERY_MS }),
            crowd.comeBack({ writers: 1, missed: MISSED, isTold: true }),
          ])
          return toQuantities(sent)
        },
        idle: async () => toQuantities(await others.sendAlone({ sends: SENDS, everyMs: EVERY_MS })),
      },
      async end() {
        await crowd.stop()
        await others.stop()
        await stop()
      },
    }
  },
}
