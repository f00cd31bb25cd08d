import { CROWD, CROWD_FILES } from '../crowd-stands.ts'
import { ratioAtMost, oursAtMost, type Row } from '../row.ts'
import { startChatbox, startRival } from '../stand.ts'

const MISSED = 20
const GROUPS = 100

export const row: Row = {
  measures: `${CROWD} sockets are cut at once, miss ${MISSED} messages and come back at once, until all are equal.`,
  sides: {
    Everyone: { what: 'ChatBox on MariaDB with Redis, all in Everyone' },
    groups: { what: `ChatBox on MariaDB with Redis, in ${GROUPS} groups` },
    'socket.io': {
      what: 'socket.io, the bare reconnect and a hello',
      lacks: 'store, order, once, rights; what was missed is not told',
    },
  },
  figures: [
    ...(['Everyone', 'groups'] as const).map((ours) => ({
      ...{ what: `until all are equal, ${ours}`, unit: 'ms', quantity: 'ms', ours, rival: 'socket.io' },
      reach: ratioAtMost(1),
    })),
    ...(['Everyone', 'groups'] as const).map((ours) => ({
      ...{ what: `statements a client, ${ours}`, unit: '', quantity: 'statements a client', ours },
      reach: oursAtMost(0.05),
    })),
  ],
  openFiles: CROWD_FILES,
  async begin(lab) {
    const databases = { Everyone: await lab.openDatabase('everyone'), groups: await lab.openDatabase('groups') }
    // As several processes would have it: one that hears no others looks sessions up each second.
    const { url: redisUrl } = await lab.redis()
    const campus = { lab, redisUrl, people: CROWD }
    const stands = {
      Everyone: await startChatbox({ ...campus, database: databases.Everyone }),
      groups: await startChatbox({ ...campus, groups: GROUPS, database: databases.groups }),
      'socket.io': await startRival(lab, 'socket-io', { people: CROWD }),
    }
    for (const { load } of Object.values(stands)) await load.connect({ atOnce: 50 })
    const measure = (side: keyof typeof stands) => async () => {
      const { load, withCpu } = stands[side]
      const database = side === 'socket.io' ? undefined : databases[side]
      const writers = side === 'groups' ? GROUPS : 1
      const isTold = side !== 'socket.io'
      await load.cutAndMiss({ writers, missed: MISSED })
      const before = await database?.countStatements()
      const { ms, turnedAway, cpu } = await withCpu(() => load.comeBack({ writers, missed: MISSED, isTold }))
      const statements = database === undefined ? 0 : (await database.countStatements()) - (before ?? 0)
      const clients = CROWD - writers
      return {
        ms,
        'turned away': turnedAway,
        'cpu ms a client': (cpu * 1_000) / clients,
        'statements a client': statements / clients,
      }
    }
    return {
      sides: { Everyone: measure('Everyone'), groups: measure('groups'), 'socket.io': measure('socket.io') },
      async end() {
        for (const stand of Object.values(stands)) await stand.stop()
      },
    }
  },
}
