import { CROWD, CROWD_FILES, CROWD_SIDES, startCrowds } from './crowd-stands.ts'
import { ratioAtLeast, type Row } from './row.ts'
import { stopAll } from './store-stands.ts'

/** Messages to a crowd, so many at once, by what a core of the server delivers in a second. */
export function createFanOutRow(options: {
  measures: string
  burst: number
  rounds: number
  reach: { socketIo: number; rawWs: number }
}): Row {
  const { measures, burst, rounds, reach } = options
  const figure = { unit: '/s', quantity: 'messages/s a core', ours: 'ChatBox' }
  return {
    measures,
    sides: CROWD_SIDES,
    figures: [
      {
        ...{ ...figure, what: 'messages delivered/s per server core, beside socket.io', rival: 'socket.io' },
        reach: ratioAtLeast(reach.socketIo),
      },
      {
        ...{ ...figure, what: 'messages delivered/s per server core, beside raw ws', rival: 'raw ws' },
        reach: ratioAtLeast(reach.rawWs),
      },
    ],
    openFiles: CROWD_FILES,
    async begin(lab) {
      const stands = await startCrowds(lab)
      for (const { load } of Object.values(stands)) await load.fanOut({ rounds: 3, burst })
      return {
        sides: Object.fromEntries(
          Object.entries(stands).map(([side, { load, withCpu }]) => [
            side,
            async () => {
              const { received, seconds, cpu } = await withCpu(() => load.fanOut({ rounds, burst }))
              const isWhole = received === rounds * burst * CROWD
              if (!isWhole) throw new Error(`${received} messages arrived of ${rounds * burst * CROWD}`)
              return { 'messages/s a core': received / cpu, 'messages/s': received / seconds }
            },
          ]),
        ),
        end: () => stopAll(stands),
      }
    },
  }
}
