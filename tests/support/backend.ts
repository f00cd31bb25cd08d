import { createConnection } from 'mysql2/promise'
import { Redis } from 'ioredis'
import type { RowDataPacket } from 'mysql2'
import { randomBytes, randomUUID } from 'node:crypto'
import { cpSync, mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setImmediate as nextTurn } from 'node:timers/promises'
import { setFlagsFromString } from 'node:v8'
import { runInNewContext } from 'node:vm'
import { inject } from 'vitest'
import { openMysql } from '../../server/store/mysql.ts'
import { openSqlite } from '../../server/store/sqlite.ts'
import type { OnStatement, Store } from '../../server/store/store.ts'
import { CAMPUS_LOG } from '../../shared/protocol/fields.ts'
import { startRedis, type Service } from './services.ts'

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
      await noteClosed()
    },
  }
}

const CLOSED_BEFORE_COLLECTED = 100
let closed = 0

/**
 * libsql keeps the files of a closed connection open until its statements are collected as garbage, which Node is in no
 * hurry to do, and finalizes between two turns only, of which a test that SQLite answers at once has none: a property that
 * shrinks opened more files than a process may have, and called that its failure.
 */
async function noteClosed(): Promise<void> {
  closed += 1
  if (closed % CLOSED_BEFORE_COLLECTED !== 0) return
  setFlagsFromString('--expose-gc')
  const collectGarbage = runInNewContext('gc') as () => void
  collectGarbage()
  await nextTurn()
}

let redis: Promise<Service> | undefined

/**
 * The Redis of this worker, which ends with it. Channels of one Redis are shared by all its databases: two tests at
 * once would hear each other, but a worker has one after the other.
 */
async function emptyRedis(): Promise<string> {
  redis ??= startRedis()
  const { url } = await redis
  const client = new Redis(url)
  await client.flushall()
  client.disconnect()
  return url
}

async function createMysqlBackend(serverUrl: string, template?: string): Promise<Backend> {
  const dataDir = createDataDir()
  const name = `chatbox_${randomBytes(6).toString('hex')}`
  const databaseUrl = `${serverUrl}/${name}`
  await execute(serverUrl, `create database ${name}`)
  if (template !== undefined) await copyDatabase(serverUrl, template, name)
  const redisUrl = await emptyRedis()
  const stores = keepStores((onStatement) => openMysql(databaseUrl, onStatement))
  return {
    kind: 'mysql',
    store: stores.open(),
    databaseUrl,
    redisUrl,
    dataDir,
    openStore: stores.open,
    async dispose() {
      await stores.close()
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
