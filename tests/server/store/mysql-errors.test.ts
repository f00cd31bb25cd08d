import { sql } from 'kysely'
import { type Connection, createConnection } from 'mysql2/promise'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { isHealthy } from '../../../server/ops/is-healthy.ts'
import { openMysql } from '../../../server/store/mysql.ts'
import { classifyMysql } from '../../../server/store/mysql-errors.ts'
import type { Database } from '../../../server/store/schema.ts'
import type { ErrorClass, Store } from '../../../server/store/store.ts'
import { catchError } from '../../support/catch-error.ts'
import { findFreePort } from '../../support/free-port.ts'
import { type Service, startMariadb } from '../../support/services.ts'
import { waitFor } from '../../support/wait-for.ts'

const picture = (number: number, bytes = 100) => ({
  id: String(number).padStart(36),
  user_id: ' '.repeat(36),
  bytes: new Uint8Array(bytes).fill(97),
  created_at: number,
})
const insert = (db: Database, number: number, changes: object = {}) =>
  db
    .insertInto('picture')
    .values({ ...picture(number), ...changes })
    .execute()
const rename = (db: Database, number: number) =>
  db
    .updateTable('picture')
    .set({ user_id: 'x'.repeat(36) })
    .where('id', '=', picture(number).id)
    .execute()

/** The server is its own, for here it is made to fail. */
describe('with a MariaDB of its own', () => {
  let mariadb: Service
  let root: Connection
  let store: Store
  let url: string
  beforeAll(async () => {
    // No more than fits into these two files, and no long wait for a lock.
    mariadb = await startMariadb([
      '--innodb-file-per-table=0',
      '--innodb-data-file-path=ibdata1:12M;ibdata2:4M',
      '--innodb-lock-wait-timeout=1',
    ])
    root = await createConnection(mariadb.url)
    await root.query('create database chatbox')
    // Who may do everything is let in where others are not.
    await root.query("create user plain@'%' identified by 'plain'")
    await root.query("grant all on chatbox.* to plain@'%'")
    url = `${mariadb.url.replace('chatbox:chatbox', 'plain:plain')}/chatbox`
    store = openMysql(url)
    await store.migrate()
  }, 60_000)
  afterAll(async () => {
    await store.close()
    root.destroy()
    await mariadb.stop()
  })

  /** Runs `work` while a setting of the server is another one, over connections that were made since. */
  async function withSetting(name: string, value: number, work: (fresh: Store) => Promise<unknown>): Promise<void> {
    const [rows] = await root.query(`select @@global.${name} as value`)
    const [{ value: before } = { value: 0 }] = rows as { value: number }[]
    await root.query(`set global ${name} = ${value}`)
    try {
      await useOther(url, work)
    } finally {
      await root.query(`set global ${name} = ${before}`)
    }
  }

  async function useOther(otherUrl: string, work: (other: Store) => Promise<unknown>): Promise<void> {
    const other = openMysql(otherUrl)
    try {
      await work(other)
    } finally {
      await other.close()
    }
  }

  const listUsers = (other: Store) => other.db.selectFrom('user').selectAll().execute()

  type Real = [name: string, code: string, errorClass: ErrorClass, produce: () => Promise<unknown>]
  const real: Real[] = [
    [
      'a row that is there',
      'ER_DUP_ENTRY',
      'statement',
      async () => {
        await insert(store.db, 1)
        await insert(store.db, 1)
      },
    ],
    ['a value that is too long', 'ER_DATA_TOO_LONG', 'statement', () => insert(store.db, 2, { id: 'x'.repeat(37) })],
    ['a value that is missing', 'ER_BAD_NULL_ERROR', 'statement', () => insert(store.db, 2, { id: null })],
    [
      'a number out of range',
      'ER_WARN_DATA_OUT_OF_RANGE',
      'statement',
      () => insert(store.db, 2, { created_at: sql`99999999999999999999` }),
    ],
    [
      'a value of another type',
      'ER_TRUNCATED_WRONG_VALUE_FOR_FIELD',
      'statement',
      () => insert(store.db, 2, { created_at: 'word' }),
    ],
    [
      'a column that is not there',
      'ER_BAD_FIELD_ERROR',
      'statement',
      () => sql`select no_such from user`.execute(store.db),
    ],
    ['no SQL', 'ER_PARSE_ERROR', 'statement', () => sql`selec`.execute(store.db)],
    [
      'a packet that is a little too large',
      'ER_NET_PACKET_TOO_LARGE',
      'statement',
      () => withSetting('max_allowed_packet', 65_536, (fresh) => sql`select ${'x'.repeat(100_000)}`.execute(fresh.db)),
    ],
    ['a table that is not there', 'ER_NO_SUCH_TABLE', 'down', () => sql`select 1 from no_such`.execute(store.db)],
    [
      'a lock that is held for long',
      'ER_LOCK_WAIT_TIMEOUT',
      'transient',
      async () => {
        await insert(store.db, 11)
        await store.write(async (db) => {
          await rename(db, 11)
          await store.write((other) => rename(other, 11))
        })
      },
    ],
    [
      'a deadlock',
      'ER_LOCK_DEADLOCK',
      'transient',
      async () => {
        await insert(store.db, 21)
        await insert(store.db, 22)
        await store.write(async (db) => {
          await rename(db, 21)
          const crossing = { done: Promise.resolve() }
          await new Promise<void>((holds) => {
            crossing.done = store.write(async (other) => {
              await rename(other, 22)
              holds()
              await rename(other, 21)
            })
          })
          await Promise.all([rename(db, 22), crossing.done])
        })
      },
    ],
    [
      'a row that was changed since this transaction began',
      'ER_CHECKREAD',
      'transient',
      async () => {
        await insert(store.db, 31)
        await store.write(async (db) => {
          await sql`set session innodb_snapshot_isolation = on`.execute(db)
          await db.selectFrom('picture').select('id').execute()
          await rename(store.db, 31)
          await rename(db, 31)
        })
      },
    ],
    [
      'a table that was changed since this transaction began',
      'ER_TABLE_DEF_CHANGED',
      'transient',
      () =>
        store.write(async (db) => {
          await db.selectFrom('user').selectAll().execute()
          await sql`alter table picture comment = 'changed', algorithm = copy`.execute(store.db)
          await db.selectFrom('picture').select('id').execute()
        }),
    ],
    [
      'a statement that is called off',
      'ER_QUERY_INTERRUPTED',
      'transient',
      () => store.write((db) => whileItSleeps(db, (id) => `kill query ${id}`)),
    ],
    [
      'a connection that is killed',
      'PROTOCOL_CONNECTION_LOST',
      'down',
      () => store.write((db) => whileItSleeps(db, (id) => `kill ${id}`)),
    ],
    [
      'a transaction on a connection that is gone',
      'PROTOCOL_CONNECTION_LOST',
      'down',
      () =>
        store.write(async (db) => {
          await whileItSleeps(db, (id) => `kill ${id}`).catch(() => undefined)
          await insert(db, 41)
        }),
    ],
    [
      'a statement that takes too long',
      'ER_1969',
      'down',
      () =>
        withSetting('max_statement_time', 1, (fresh) => sql`update log set head = head + sleep(20)`.execute(fresh.db)),
    ],
    [
      'a server that takes reads only',
      'ER_OPTION_PREVENTS_STATEMENT',
      'down',
      () => withSetting('read_only', 1, (fresh) => fresh.write((db) => insert(db, 42))),
    ],
    [
      'a session that takes reads only',
      'ER_CANT_EXECUTE_IN_READ_ONLY_TRANSACTION',
      'down',
      () => withSetting('tx_read_only', 1, (fresh) => fresh.write((db) => insert(db, 43))),
    ],
    [
      'a server with as many connections as it takes',
      'ER_CON_COUNT_ERROR',
      'down',
      () =>
        withSetting('max_connections', 10, (fresh) =>
          Promise.all(Array.from({ length: 10 }, () => sql`select sleep(0.2)`.execute(fresh.db))),
        ),
    ],
    [
      'a user with as many connections as they get',
      'ER_USER_LIMIT_REACHED',
      'down',
      async () => {
        await root.query("create user few@'%' identified by 'few' with max_user_connections 1")
        await root.query("grant all on chatbox.* to few@'%'")
        await useOther(url.replace('plain:plain', 'few:few'), (few) => Promise.all([listUsers(few), listUsers(few)]))
      },
    ],
    [
      'a wrong password',
      'ER_ACCESS_DENIED_ERROR',
      'down',
      () => useOther(url.replace('plain:plain', 'plain:wrong'), listUsers),
    ],
    [
      'a database of somebody else',
      'ER_DBACCESS_DENIED_ERROR',
      'down',
      () => useOther(url.replace('/chatbox', '/mysql'), listUsers),
    ],
    [
      'a right that was taken back',
      'ER_TABLEACCESS_DENIED_ERROR',
      'down',
      async () => {
        await root.query("create user guest@'%' identified by 'guest'")
        await root.query("grant select on chatbox.* to guest@'%'")
        await useOther(url.replace('plain:plain', 'guest:guest'), (guest) => guest.write((db) => insert(db, 44)))
      },
    ],
    ['a database that is not there', 'ER_BAD_DB_ERROR', 'down', () => useOther(`${mariadb.url}/no_such`, listUsers)],
    [
      'a server that is not there',
      'ECONNREFUSED',
      'down',
      async () => useOther(`mysql://a:b@127.0.0.1:${await findFreePort()}/chatbox`, listUsers),
    ],
    [
      'a host that is not there',
      'ENOTFOUND',
      'down',
      () => useOther('mysql://a:b@no-such-host.invalid/chatbox', listUsers),
    ],
    [
      'a store that was closed while somebody waited',
      'PROTOCOL_CONNECTION_LOST',
      'down',
      () =>
        useOther(url, async (other) => {
          const close = async () => {
            await waitFor('a connection', async () => ((await countSleepers()) > 0 ? true : undefined))
            await other.close()
          }
          const waiting = Array.from({ length: 20 }, () => sql`select sleep(0.1)`.execute(other.db))
          await Promise.all([close(), ...waiting])
        }),
    ],
    [
      'a full tablespace',
      'ER_RECORD_FILE_FULL',
      'down',
      async () => {
        for (let number = 100; ; number += 1) {
          await store.write((db) => db.insertInto('picture').values(picture(number, 60_000)).execute())
        }
      },
    ],
  ]

  async function countSleepers(): Promise<number> {
    const [rows] = await root.query("select id from information_schema.processlist where info like 'select sleep%'")
    return (rows as unknown[]).length
  }

  /** Does something to the connection of this transaction while a statement of it runs. */
  async function whileItSleeps(db: Database, toStatement: (id: number) => string): Promise<void> {
    const { rows } = await sql<{ id: number }>`select connection_id() as id`.execute(db)
    const sleeping = sql`select sleep(20) from log for update`.execute(db)
    const done = sleeping.catch(() => undefined)
    await waitFor('the sleeper', async () => ((await countSleepers()) > 0 ? true : undefined))
    await root.query(toStatement(rows[0]?.id ?? 0))
    await done
    await sleeping
  }

  test('health says that a server takes reads only for as long as it does, and asks by writing only then', async () => {
    const statements: string[] = []
    const other = openMysql(url, (statement) => statements.push(statement))
    await root.query('set global read_only = 1')
    expect(await isHealthy(other)).toBe(true)
    await catchError(other.write((db) => insert(db, 51)))
    expect([await isHealthy(other), await isHealthy(other)]).toEqual([false, false])
    await root.query('set global read_only = 0')
    expect(await isHealthy(other)).toBe(true)
    statements.length = 0
    expect(await isHealthy(other)).toBe(true)
    expect(statements).toEqual(['select 1'])
    await other.close()
  })

  test.each(real)('%s is %s, which is of the class "%s"', { timeout: 60_000 }, async (_, code, errorClass, produce) => {
    const error = await catchError(produce())
    expect(error).toMatchObject({ code })
    expect(store.classify(error)).toBe(errorClass)
  })

  test('a server that takes no large packet is refused at the start, with what to set', async () => {
    await withSetting('max_allowed_packet', 1_048_576, async (fresh) => {
      await expect(fresh.migrate()).rejects.toThrow(/max_allowed_packet.*at least 16M/)
    })
  })

  test('a server that stops while it is asked is down, and so is whoever comes after it', async () => {
    const asking = store.write((db) => whileItSleeps(db, () => 'shutdown'))
    expect(store.classify(await catchError(asking))).toBe('down')
    const later = await catchError(store.write((db) => insert(db, 61)))
    expect(store.classify(later)).toBe('down')
    expect(await isHealthy(store)).toBe(false)
  })
})

/** As mysql2 makes them; those that need a disk, a memory or a cluster that fails, or MySQL instead of MariaDB. */
const made: [code: string, errno: number, errorClass: ErrorClass][] = [
  ['EE_WRITE', 3, 'down'],
  ['ER_CANT_OPEN_FILE', 1016, 'down'],
  ['ER_DISK_FULL', 1021, 'down'],
  ['ER_ERROR_ON_READ', 1024, 'down'],
  ['ER_ERROR_ON_WRITE', 1026, 'down'],
  ['ER_GET_ERRNO', 1030, 'down'],
  ['ER_NOT_KEYFILE', 1034, 'down'],
  ['ER_OPEN_AS_READONLY', 1036, 'down'],
  ['ER_OUTOFMEMORY', 1037, 'down'],
  ['ER_OUT_OF_SORTMEMORY', 1038, 'down'],
  ['ER_OUT_OF_RESOURCES', 1041, 'down'],
  ['ER_UNKNOWN_COM_ERROR', 1047, 'down'],
  ['ER_SERVER_SHUTDOWN', 1053, 'down'],
  ['ER_UNKNOWN_ERROR', 1105, 'down'],
  ['ER_HOST_IS_BLOCKED', 1129, 'down'],
  ['ER_HOST_NOT_PRIVILEGED', 1130, 'down'],
  ['ER_CANT_CREATE_THREAD', 1135, 'down'],
  ['ER_NEW_ABORTING_CONNECTION', 1184, 'down'],
  ['ER_ERROR_DURING_COMMIT', 1180, 'down'],
  ['ER_CRASHED_ON_USAGE', 1194, 'down'],
  ['ER_LOCK_TABLE_FULL', 1206, 'down'],
  ['ER_NEED_REPREPARE', 1615, 'transient'],
  ['ER_READ_ONLY_MODE', 1836, 'down'],
  ['ER_INNODB_READ_ONLY', 1874, 'down'],
  ['ER_CONNECTION_KILLED', 1927, 'down'],
  ['ER_QUERY_TIMEOUT', 3024, 'down'],
  ['ER_TRANSACTION_ROLLBACK_DURING_COMMIT', 3101, 'transient'],
  ['ER_LOCK_NOWAIT', 3572, 'transient'],
  ['ER_CHECK_CONSTRAINT_VIOLATED', 3819, 'statement'],
  ['ER_CONSTRAINT_FAILED', 4025, 'statement'],
  ['ER_CLIENT_INTERACTION_TIMEOUT', 4031, 'down'],
  ['ER_WHATEVER_COMES', 9999, 'down'],
  ['ETIMEDOUT', -110, 'down'],
  ['ENOSPC', -28, 'down'],
]

test.each(made)('%s (%i) is of the class "%s"', (code, errno, errorClass) => {
  const error = Object.assign(new Error('it says no'), { code, errno, sqlState: 'HY000', sqlMessage: 'it says no' })
  expect(classifyMysql(error)).toBe(errorClass)
})

test('an error of mysql2 itself is no reason to refuse anything', () => {
  for (const code of ['PROTOCOL_CONNECTION_LOST', 'PROTOCOL_SEQUENCE_TIMEOUT', 'HANDSHAKE_NO_SSL_SUPPORT', undefined]) {
    expect(classifyMysql(Object.assign(new Error('it says no'), { code, fatal: true }))).toBe('down')
  }
  expect(classifyMysql('this neither')).toBe('down')
})
