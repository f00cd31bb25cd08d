import { createConnection } from 'mysql2/promise'
import type { RowDataPacket } from 'mysql2'
import { randomBytes, randomUUID } from 'node:crypto'
import { cpSync, mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { inject } from 'vitest'
import { openMysql } from '../../server/store/mysql.ts'
import { openSqlite } from '../../server/store/sqlite.ts'
import type { OnStatement, Store } from '../../server/store/store.ts'
import { CAMPUS_LOG } from '../../shared/protocol/fields.ts'
import { startRedis } from './services.ts'

/**
 * Which of the two backends the tests of this vitest project run on, and one in which all migrations have run: a copy
 * of it costs a fifth of what they do. In MySQL it is a database, in SQLite a folder.
 */
export type BackendSettings =
  { kind: 'sqlite'; template?: string } | { kind: 'mysql'; serverUrl: string; template: string }

declare module 'vitest' {
  interface ProvidedContext {
    backend: BackendSettings
  }
}

/** What a server needs, its own and empty: either SQLite and no Redis, or a MariaDB database and a Redis. */
export interface Backend {
  readonly kind: Store['kind']
  readonly store: Store
  readonly databaseUrl: string | undefined
  readonly redisUrl: string | undefined
  readonly dataDir: string
  /** Another handle on the same database, as a second server process would have. Closed by `dispose`. */
  openStore(onStatement?: OnStatement): Store
  dispose(): Promise<void>
}

export async function createBackend(): Promise<Backend> {
  const settings = inject('backend')
  const backend =
    settings.kind === 'sqlite'
      ? createSqliteBackend(settings.template)
      : await createMysqlBackend(settings.serverUrl, settings.template)
  // It does nothing in a copy, but for what a store has to know of its own.
  await backend.store.migrate()
  // As two campuses that began by themselves do not.
  await backend.store.db.updateTable('log').set({ epoch: randomUUID() }).where('id', '=', CAMPUS_LOG).execute()
  return backend
}

/** A backend in which no migration has run. */
export async function createEmptyBackend(): Promise<Backend> {
  const settings = inject('backend')
  return settings.kind === 'sqlite' ? createSqliteBackend() : createMysqlBackend(settings.serverUrl)
}

function createSqliteBackend(template?: string): Backend {
  const dataDir = createDataDir()
  if (template !== undefined) cpSync(template, dataDir, { recursive: true })
  const stores = keepStores((onStatement) => openSqlite(dataDir, onStatement))
  return {
    kind: 'sqlite',
    store: stores.open(),
    databaseUrl: undefined,
    redisUrl: undefined,
    dataDir,
    openStore: stores.open,
    async dispose() {
      await stores.close()
      rmSync(dataDir, { recursive: true })
    },
  }
}

async function createMysqlBackend(serverUrl: string, template?: string): Promise<Backend> {
  const dataDir = createDataDir()
  const name = `chatbox_${randomBytes(6).toString('hex')}`
  const databaseUrl = `${serverUrl}/${name}`
  await execute(serverUrl, `create database ${name}`)
  if (template !== undefined) await copyDatabase(serverUrl, template, name)
  // Channels of one Redis are shared by all its databases: two tests at once would hear each other.
  const redis = await startRedis()
  const stores = keepStores((onStatement) => openMysql(databaseUrl, onStatement))
  return {
    kind: 'mysql',
    store: stores.open(),
    databaseUrl,
    redisUrl: redis.url,
    dataDir,
    openStore: stores.open,
    async dispose() {
      await stores.close()
      await redis.stop()
      await execute(serverUrl, `drop database ${name}`)
      rmSync(dataDir, { recursive: true })
    },
  }
}

function createDataDir(): string {
  return mkdtempSync(join(tmpdir(), 'chatbox-data-'))
}

function keepStores(openOne: (onStatement?: OnStatement) => Store) {
  const opened: Store[] = []
  return {
    open(onStatement?: OnStatement): Store {
      const store = openOne(onStatement)
      opened.push(store)
      return store
    },
    async close(): Promise<void> {
      for (const store of opened) await store.close()
    },
  }
}

async function execute(serverUrl: string, statement: string): Promise<void> {
  const connection = await createConnection(serverUrl)
  await connection.query(statement)
  await connection.end()
}

async function copyDatabase(serverUrl: string, from: string, to: string): Promise<void> {
  const connection = await createConnection({ uri: `${serverUrl}/${to}`, multipleStatements: true })
  const [tables] = await connection.query<RowDataPacket[]>(
    'select table_name as name from information_schema.tables where table_schema = ?',
    [from],
  )
  const copies = tables.map(
    ({ name }) => `create table ${name} like ${from}.${name}; insert into ${name} select * from ${from}.${name}`,
  )
  await connection.query(copies.join(';'))
  await connection.end()
}
