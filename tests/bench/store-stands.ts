import { mkdtempSync } from 'node:fs'
import { join } from 'node:path'
import type { Lab } from './lab.ts'
import type { SideDescription } from './row.ts'
import { startChatbox, startRival, type Stand } from './stand.ts'

const LACKS = 'order (n, seq), once, rights, catching up'

/** ChatBox over both stores, each beside the least that a chat over the same one can be. */
export const STORE_SIDES: Readonly<Record<string, SideDescription>> = {
  'ChatBox on MariaDB': { what: 'ChatBox on MariaDB' },
  'raw ws on MariaDB': { what: 'raw ws + one INSERT each (mysql2)', lacks: LACKS },
  'ChatBox on SQLite': { what: 'ChatBox on SQLite' },
  'raw ws on SQLite': { what: 'raw ws + one INSERT each (libsql)', lacks: LACKS },
}

export function on(store: 'MariaDB' | 'SQLite'): { ours: string; rival: string } {
  return { ours: `ChatBox on ${store}`, rival: `raw ws on ${store}` }
}

/** The four of them with their sockets connected. They stand beside each other, and one at a time works. */
export async function startOverStores(
  lab: Lab,
  { people, groups }: { people: number; groups: number },
): Promise<Record<string, Stand>> {
  const campus = { lab, people, groups }
  const crowd = { people, conversations: groups }
  const store = (name: string) => ({ settings: { STORE: name } })
  const sqlite = join(mkdtempSync(join(lab.folder, 'rival-')), 'rival.sqlite')
  const stands = {
    'ChatBox on MariaDB': await startChatbox({ ...campus, database: await lab.openDatabase('ours') }),
    'raw ws on MariaDB': await startRival(lab, 'raw-ws', { ...crowd, ...store((await lab.openDatabase('rival')).url) }),
    'ChatBox on SQLite': await startChatbox(campus),
    'raw ws on SQLite': await startRival(lab, 'raw-ws', { ...crowd, ...store(`sqlite:${sqlite}`) }),
  }
  for (const { load } of Object.values(stands)) await load.connect({ atOnce: people })
  return stands
}

export async function stopAll(stands: Readonly<Record<string, Stand>>): Promise<void> {
  for (const stand of Object.values(stands)) await stand.stop()
}
