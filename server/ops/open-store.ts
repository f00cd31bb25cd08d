import type { Config } from '../config.ts'
import { openMysql } from '../store/mysql.ts'
import { openSqlite } from '../store/sqlite.ts'
import type { Store } from '../store/store.ts'

/** `onError` hears of what fails that nobody asked for. */
export function openStore(config: Pick<Config, 'databaseUrl' | 'dataDir'>, onError?: (error: unknown) => void): Store {
  return config.databaseUrl === undefined
    ? openSqlite(config.dataDir, undefined, onError)
    : openMysql(config.databaseUrl)
}
