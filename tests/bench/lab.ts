import { spawnSync } from 'node:child_process'
import { existsSync, mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createConnection } from 'mysql2/promise'
import { startMariadb, startRedis, type Service } from '../support/services.ts'

/** What rows share: the services, started when the first one asks, and a folder that goes with the run. */
export interface Lab {
  folder: string
  /** A new and empty database in a MariaDB whose commits are on disk. */
  openDatabase(name: string): Promise<MariaDatabase>
  redis(): Promise<Service>
  /** The folder of the rivals' servers, with their packages installed. */
  rivals(): string
  close(): Promise<void>
}

export interface MariaDatabase {
  url: string
  pid: number
  /** Statements that the server has run, those of this question left out. */
  countStatements(): Promise<number>
  /** What a table takes with its indexes, in bytes. */
  countBytes(table: string): Promise<number>
}

export const RIVALS = join(import.meta.dirname, 'rivals')

/**
 * As an operator runs it who wants to lose nothing: each commit is on disk before it is acknowledged, here and in the
 * binary log. What `startMariadb` turns off for tests is on again.
 */
const DURABLE = [
  '--innodb-flush-log-at-trx-commit=1',
  '--innodb-flush-method=O_DIRECT',
  '--innodb-doublewrite=1',
  '--innodb-file-per-table=1',
  '--innodb-stats-persistent=1',
  '--innodb-buffer-pool-size=1G',
  '--innodb-log-file-size=512M',
  '--log-bin=binlog',
  '--sync-binlog=1',
  '--character-set-server=utf8mb4',
]

export function openLab(): Lab {
  const folder = mkdtempSync(join(tmpdir(), 'chatbox-bench-'))
  let mariadb: Promise<Service> | undefined
  let redis: Promise<Service> | undefined
  let databases = 0
  return {
    folder,
    async openDatabase(name) {
      const service = await (mariadb ??= startMariadb(DURABLE))
      const database = `${name.replaceAll('-', '_')}_${(databases += 1)}`
      const connection = await createConnection(service.url)
      await connection.query(`create database ${database} character set utf8mb4`)
      await connection.end()
      let own = 0
      return {
        url: `${service.url}/${database}`,
        pid: service.pid,
        async countStatements() {
          const asking = await createConnection(service.url)
          const [rows] = await asking.query("show global status like 'Questions'")
          await asking.end()
          own += 1
          return Number((rows as { Value: string }[])[0]?.Value) - own
        },
        async countBytes(table) {
          const asking = await createConnection(`${service.url}/${database}`)
          await asking.query(`analyze table ${table}`)
          const [rows] = await asking.query(
            `select data_length + index_length as bytes from information_schema.tables
             where table_schema = database() and table_name = ?`,
            [table],
          )
          await asking.end()
          return Number((rows as { bytes: string }[])[0]?.bytes)
        },
      }
    },
    redis: () => (redis ??= startRedis()),
    rivals() {
      installRivals()
      return RIVALS
    },
    async close() {
      await (await mariadb)?.stop()
      await (await redis)?.stop()
      rmSync(folder, { recursive: true, force: true })
    },
  }
}

/** Only a bench needs them, so they are no packages of ChatBox's own. Their native parts have what is built already, or are not needed. */
function installRivals(): void {
  if (existsSync(join(RIVALS, 'node_modules'))) return
  console.log('Installing the rivals, once …')
  const args = ['ci', '--prefix', RIVALS, '--ignore-scripts', '--no-audit', '--no-fund']
  const { status } = spawnSync('npm', args, { stdio: ['ignore', 'ignore', 'inherit'] })
  if (status !== 0) throw new Error(`npm ${args.join(' ')} failed, see above`)
}
