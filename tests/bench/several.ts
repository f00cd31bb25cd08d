import { mkdtempSync } from 'node:fs'
import { join } from 'node:path'
import { type ServerProcess, startServer } from '../support/server.ts'
import type { Lab, MariaDatabase } from './lab.ts'
import { type Load, startLoad } from './load/start-load.ts'
import { cpuSeconds } from './processes.ts'
import { START_WITHIN_MS } from './stand.ts'
import { seed } from './seed.ts'

/** Several processes of ChatBox over one MariaDB and one Redis, with one load whose people are spread over them. */
export interface Several {
  load: Load
  database: MariaDatabase
  /** What all of them computed so far, in seconds of one core. */
  cpuSeconds(): number
  stop(): Promise<void>
}

export async function startSeveral(
  lab: Lab,
  { processes, redisUrl, people, groups = 0 }: { processes: number; redisUrl: string; people: number; groups?: number },
): Promise<Several> {
  const database = await lab.openDatabase('several')
  const seeded = await seed({ databaseUrl: database.url, people, groups })
  const servers: ServerProcess[] = []
  for (let started = 0; started < processes; started += 1) {
    const dataDir = mkdtempSync(join(lab.folder, 'data-'))
    servers.push(await startServer({ dataDir, databaseUrl: database.url, redisUrl, withinMs: START_WITHIN_MS }))
  }
  const load = startLoad({
    ...{ speaks: 'chatbox', port: 0, cursor: seeded.head },
    people: seeded.people.map((person, place) => ({ ...person, port: servers[place % processes]?.port ?? 0 })),
  })
  await load.connect({ atOnce: 50 })
  return {
    ...{ load, database },
    cpuSeconds: () => servers.reduce((sum, { pid }) => sum + cpuSeconds(pid), 0),
    async stop() {
      await load.stop()
      for (const server of servers) await server.dispose()
    },
  }
}
