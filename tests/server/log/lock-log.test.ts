import { sql } from 'kysely'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { uuidv7 } from 'uuidv7'
import { CAMPUS_TABLES } from '../../../server/campus/kind.ts'
import { lockLog } from '../../../server/log/lock-log.ts'
import type { LogTables } from '../../../server/log/log-tables.ts'
import type { Store } from '../../../server/store/store.ts'
import { CAMPUS_LOG } from '../../../shared/protocol/fields.ts'
import { type Backend, createBackend } from '../../support/backend.ts'

let backend: Backend
let store: Store
beforeEach(async () => {
  backend = await createBackend()
  ;({ store } = backend)
})
afterEach(() => backend.dispose())

const lock = (tables: LogTables, ids: readonly string[], databaseName = store.databaseName) =>
  store.write((db) => lockLog({ databaseName, run: store.run }, db, tables, CAMPUS_LOG, ids))

test('of two kinds whose logs are in one table, each is asked for its own commands', async () => {
  const id = uuidv7()
  const command = { id, user_id: uuidv7(), fingerprint: 'f', seq: 1, created_at: 1 }
  await store.db.insertInto('command').values(command).execute()
  const others: LogTables = { ...CAMPUS_TABLES, command: 'classroom_command' }
  expect([...(await lock(CAMPUS_TABLES, [id])).done.keys()]).toEqual([id])
  expect([...(await lock(others, [id])).done.keys()]).toEqual([])
  expect([...(await lock(CAMPUS_TABLES, [id])).done.keys()]).toEqual([id])
})

test('another database that answers after a failover is told by its name', async () => {
  for (const name of ['first', 'second', 'first']) {
    expect((await lock(CAMPUS_TABLES, [], sql.lit(name))).database).toBe(name)
  }
})
