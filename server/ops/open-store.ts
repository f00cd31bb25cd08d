import { join } from 'node:path'
import type { Config } from '../config.ts'
import { openMysql } from '../store/mysql.ts'
import { openSqlite } from '../store/sqlite.ts'
import type { Store } from '../store/store.ts'

const DATABASE_FILE = 'chatbox.sqlite'

export function openStore(config: Pick<Config, 'databaseUrl' | 'dataDir'>): Store {
  return config.databaseUrl === undefined
    ? openSqlite(join(config.dataDir, DATABASE_FILE))
    : openMysql(config.databaseUrl)
}
