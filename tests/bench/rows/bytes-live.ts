import { ratioAtMost, type Row } from '../row.ts'
import { startChatbox, startRival, type Stand } from '../stand.ts'

const MESSAGES = 200

export const row: Row = {
  measures: 'Bytes on the socket of who receives a message of 60 letters, frames included, one message at a time.',
  sides: {
    ChatBox: { what: 'ChatBox' },
    'socket.io': {
      what: 'the same event as verbose JSON over socket.io',
      lacks: 'order, once, the position in the log',
    },
  },
  figures: [
    {
      ...{ what: 'bytes of a live message', unit: 'B', quantity: 'bytes a message' },
      ...{ ours: 'ChatBox', rival: 'socket.io', reach: ratioAtMost(0.5) },
    },
  ],
  async begin(lab) {
    const stands: Record<string, Stand> = {
      ChatBox: await startChatbox({ lab, people: 2, groups: 1 }),
      'socket.io': await startRival(lab, 'socket-io', { people: 2 }),
    }
    for (const { load } of Object.values(stands)) await load.connect({ atOnce: 2 })
    return {
      sides: Object.fromEntries(
        Object.entries(stands).map(([side, { load }]) => [
          side,
          async () => {
            const before = await load.bytes()
            await load.fanOut({ rounds: MESSAGES, burst: 1 })
            const after = await load.bytes()
            return { 'bytes a message': (after.bytes - before.bytes) / MESSAGES }
          },
        ]),
      ),
      async end() {
        for (const stand of Object.values(stands)) await stand.stop()
      },
    }
  },
}
