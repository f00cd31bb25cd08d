import type { Kysely } from 'kysely'
import { spawn } from 'node:child_process'
import { createRequire } from 'node:module'
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import { migrateMysql } from '../../server/store/mysql-migrate.ts'
import { migrateSqlite } from '../../server/store/sqlite-migrate.ts'
import type { Store } from '../../server/store/store.ts'

/** Brings a database up to a step, as a version of ChatBox did that ended with it. */
export function migrateUpTo({ kind, db }: Store, step: string): Promise<void> {
  return db.connection().execute((connection) => {
    const alone = connection as unknown as Kysely<unknown>
    return kind === 'mysql' ? migrateMysql(alone, step) : migrateSqlite(alone, step)
  })
}

/** Starts a process that migrates, again and again, and kills it after longer and longer, until it has done it. */
export async function migrateUnderKills(kind: Store['kind'], place: string): Promise<void> {
  let ended = false
  for (let ms = 0; !ended; ms = ms * 2 + 10) ended = await migrateFor(ms, kind, place)
}

function migrateFor(ms: number, kind: Store['kind'], place: string): Promise<boolean> {
  const tsx = pathToFileURL(createRequire(import.meta.url).resolve('tsx')).href
  const script = join(import.meta.dirname, 'migrate-process.ts')
  const child = spawn(process.execPath, ['--import', tsx, script, kind, place], {
    stdio: ['ignore', 'pipe', 'inherit'],
  })
  let output = ''
  child.stdout.on('data', (text: Buffer) => {
    if (output === '') setTimeout(() => child.kill('SIGKILL'), ms)
    output += text.toString()
  })
  return new Promise((resolve) => child.once('close', () => resolve(output.includes('done'))))
}
