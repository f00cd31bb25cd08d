import type { Config } from '../config.ts'
import { openMysql } from '../store/mysql.ts'
import { openSqlite } from '../store/sqlite.ts'
import type { Store } from '../store/store.ts'

export function openStore(config: Pick<Config, 'databaseUrl' | 'dataDir'>): Store {
  return config.databaseUrl === undefined ? openSqlite(config.dataDir) : openMysql(config.databaseUrl)
}
