import { mkdtempSync } from 'node:fs'
import { join } from 'node:path'
import { startServer, type ServerProcess } from '../support/server.ts'
import type { Lab, MariaDatabase } from './lab.ts'
import type { LoadTarget } from './load/client.ts'
import { type Load, startLoad } from './load/start-load.ts'
import { cpuSeconds, type RunningProcess, startProgram } from './processes.ts'
import { type Seeded, seed, type SeedOptions } from './seed.ts'

/** A server with its load: one side of a row. */
export interface Stand {
  load: Load
  pid: number
  /** Runs work of the load and tells besides what the server computed meanwhile, in seconds of one core. */
  withCpu<Answer>(work: () => Promise<Answer>): Promise<Answer & { cpu: number }>
  stop(): Promise<void>
}

/** Two processes, one for each side, so that what a load costs is not counted as the server's. */
export function createStand(server: { pid: number; stop(): Promise<void> }, target: LoadTarget): Stand {
  const load = startLoad(target)
  return {
    load,
    pid: server.pid,
    async withCpu(work) {
      const before = cpuSeconds(server.pid)
      const answer = await work()
      return { ...answer, cpu: cpuSeconds(server.pid) - before }
    },
    async stop() {
      await load.stop()
      await server.stop()
    },
  }
}

/** A large database, on a machine that has just written it. */
export const START_WITHIN_MS = 180_000

export interface ChatboxOptions extends Omit<SeedOptions, 'dataDir' | 'databaseUrl'> {
  lab: Lab
  /** A MariaDB instead of the embedded store. */
  database?: MariaDatabase
  redisUrl?: string
  hasSlowPasswords?: boolean
  /** As an operator has them; else a load sends as much as it can. */
  limits?: 'on'
}

export interface ChatboxStand extends Stand {
  server: ServerProcess
  seeded: Seeded
}

/** ChatBox as `npm run build` made it, over a campus that was filled for the row. */
export async function startChatbox({
  lab,
  database,
  redisUrl,
  hasSlowPasswords = false,
  limits,
  ...seeding
}: ChatboxOptions): Promise<ChatboxStand> {
  const dataDir = mkdtempSync(join(lab.folder, 'data-'))
  const databaseUrl = database?.url
  const seeded = await seed({ ...seeding, ...(databaseUrl === undefined ? { dataDir } : { databaseUrl }) })
  const server = await startServer({
    ...{ dataDir, hasSlowPasswords, withinMs: START_WITHIN_MS },
    ...(limits === undefined ? {} : { settings: { LIMITS: limits } }),
    ...(databaseUrl === undefined ? {} : { databaseUrl }),
    ...(redisUrl === undefined ? {} : { redisUrl }),
  })
  const target: LoadTarget = { speaks: 'chatbox', port: server.port, people: seeded.people, cursor: seeded.head }
  return { ...createStand({ pid: server.pid, stop: server.dispose }, target), server, seeded }
}

/** A rival's server, with as many people in as many conversations; `settings` are its own. */
export async function startRival(
  lab: Lab,
  speaks: 'raw-ws' | 'socket-io',
  {
    people,
    conversations = 1,
    settings = {},
  }: { people: number; conversations?: number; settings?: Record<string, string> },
): Promise<Stand> {
  const server: RunningProcess = await startProgram(join(lab.rivals(), `${speaks}.mjs`), settings)
  const target: LoadTarget = {
    speaks,
    port: server.port,
    people: Array.from({ length: people }, (_, place) => ({
      userId: `person-${place}`,
      cookie: '',
      conversationId: `conversation-${place % conversations}`,
    })),
    cursor: 0,
  }
  return createStand(server, target)
}
