import { CROWD, CROWD_FILES, CROWD_SIDES } from '../crowd-stands.ts'
import { residentBytes } from '../processes.ts'
import { ratioAtMost, type Row } from '../row.ts'
import { startChatbox, startRival, type Stand } from '../stand.ts'

/** Until what connecting left behind is collected, and each socket has been idle for a heartbeat. */
const SETTLE_MS = 20_000

export const row: Row = {
  measures: `Memory of an idle socket of somebody signed in: what a server holds with ${CROWD} more than with none.`,
  sides: CROWD_SIDES,
  figures: [
    {
      ...{ what: 'memory of an idle socket, beside raw ws', unit: 'kB', quantity: 'kB a socket' },
      ...{ ours: 'ChatBox', rival: 'raw ws', reach: ratioAtMost(1.5) },
    },
    {
      ...{ what: 'memory of an idle socket, beside socket.io', unit: 'kB', quantity: 'kB a socket' },
      ...{ ours: 'ChatBox', rival: 'socket.io', reach: ratioAtMost(0.7) },
    },
  ],
  openFiles: CROWD_FILES,
  async begin(lab) {
    // A process that held a crowd before keeps its memory, so each time is another process.
    const measure = (start: () => Promise<Stand>) => async () => {
      const stand = await start()
      try {
        const before = residentBytes(stand.pid)
        await stand.load.connect({ atOnce: 50 })
        await new Promise((resolve) => setTimeout(resolve, SETTLE_MS))
        return { 'kB a socket': (residentBytes(stand.pid) - before) / CROWD / 1_000 }
      } finally {
        await stand.stop()
      }
    }
    return {
      sides: {
        ChatBox: measure(() => startChatbox({ lab, people: CROWD })),
        'socket.io': measure(() => startRival(lab, 'socket-io', { people: CROWD })),
        'raw ws': measure(() => startRival(lab, 'raw-ws', { people: CROWD })),
      },
      end: async () => undefined,
    }
  },
}
