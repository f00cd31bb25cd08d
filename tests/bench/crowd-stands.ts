import type { Lab } from './lab.ts'
import type { SideDescription } from './row.ts'
import { startChatbox, startRival, type Stand } from './stand.ts'

/** Sockets of one server in the rows of large audiences, all in Everyone. */
export const CROWD = 4_000
/** A socket takes one, and what a process has besides is little. */
export const CROWD_FILES = CROWD + 500

/** So many connect at a time, where connecting is not what is measured. */
const CONNECTING = 50

export const CROWD_SIDES: Readonly<Record<string, SideDescription>> = {
  ChatBox: { what: 'ChatBox on SQLite' },
  'socket.io': { what: 'socket.io, emit to a room', lacks: 'store, order, once, rights, catching up' },
  'raw ws': { what: 'raw ws, send to each', lacks: 'store, order, once, rights, catching up' },
}

/** The three of them with their crowds connected. They stand beside each other, and one at a time works. */
export async function startCrowds(lab: Lab, people = CROWD): Promise<Record<string, Stand>> {
  const stands = {
    ChatBox: await startChatbox({ lab, people }),
    'socket.io': await startRival(lab, 'socket-io', { people }),
    'raw ws': await startRival(lab, 'raw-ws', { people }),
  }
  for (const { load } of Object.values(stands)) await load.connect({ atOnce: CONNECTING })
  return stands
}
