import { sql } from 'kysely'
import { mkdir, readdir, rename } from 'node:fs/promises'
import { join } from 'node:path'
import type { Config } from '../../config.ts'
import { hasSqlite } from '../../store/sqlite.ts'
import type { Store } from '../../store/store.ts'
import { openStore } from '../open-store.ts'
import { toBackupName } from './format.ts'
import { ASIDE } from './tables.ts'

/** Whether there is something where a backup is to be restored. */
export async function isOccupied(config: Pick<Config, 'databaseUrl' | 'dataDir'>): Promise<boolean> {
  if (config.databaseUrl === undefined && !hasSqlite(config.dataDir)) return false
  const store = openStore(config)
  try {
    return (await store.listSteps()).length > 0
  } finally {
    await store.close()
  }
}

/** Makes room without deleting anything; returns how to go back, in a sentence. */
export async function putAside(config: Pick<Config, 'databaseUrl' | 'dataDir'>, now: number): Promise<string> {
  if (config.databaseUrl === undefined) return putFilesAside(config.dataDir, now)
  const store = openStore(config)
  try {
    return await putTablesAside(store, now)
  } finally {
    await store.close()
  }
}

async function putFilesAside(dataDir: string, now: number): Promise<string> {
  const folder = join(dataDir, `before-restore-${toBackupName(now)}`)
  await mkdir(folder)
  for (const name of await readdir(dataDir)) {
    if (/^(?:chatbox|classrooms)\.sqlite/.test(name)) await rename(join(dataDir, name), join(folder, name))
  }
  return `What was there before is in ${folder}: to go back, stop ChatBox and move these files to ${dataDir} again.`
}

/** In one statement: all of them or none. What an earlier restore put aside stays, as it may be the only copy of what was there. */
async function putTablesAside({ db }: Store, now: number): Promise<string> {
  const tables = (await db.introspection.getTables({ withInternalKyselyTables: true })).map(({ name }) => name)
  const prefix = `${ASIDE}${now}_`
  const moved = tables.filter((name) => !name.startsWith(ASIDE))
  const moves = moved.map((name) => sql`${sql.table(name)} to ${sql.table(prefix + name)}`)
  await sql`rename table ${sql.join(moves)}`.execute(db)
  return (
    `What was there before is in tables whose names begin with ${prefix}. To go back, stop ChatBox, drop the tables without it, ` +
    'and rename these to their names without it. Drop them when you are sure that you need them no more.'
  )
}
