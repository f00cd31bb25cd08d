import { sql } from 'kysely'
import { createConnection } from 'mysql2/promise'
import { execFile, spawnSync } from 'node:child_process'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { expect, inject, test } from 'vitest'
import { openMysql } from '../../../server/store/mysql.ts'
import { createBackend } from '../../support/backend.ts'
import { startMariadb } from '../../support/services.ts'
import { type Outcome, talkWhileStopped, toText } from './full-store.ts'

const ENOUGH_TIME = { timeout: 90_000 }

function expectNothingLost({ refused, turnedAway, health, messages }: Outcome): void {
  expect(refused).toEqual([])
  for (const times of turnedAway) expect(times).toBeGreaterThan(0)
  expect(health).toEqual({ before: true, during: false, after: true })
  expect(messages.map(({ n }) => n)).toEqual(Array.from({ length: 2_000 }, (_, index) => index + 1))
  for (const author of [0, 1]) {
    expect(messages.flatMap(({ text }) => (text?.startsWith(`${author} `) === true ? [text] : []))).toEqual(
      Array.from({ length: 1_000 }, (_, place) => toText(author, place)),
    )
  }
}

if (inject('backend').kind === 'sqlite') {
  test(
    'a file that may grow no more refuses nothing, and takes everything in order once it may',
    ENOUGH_TIME,
    async () => {
      const backend = await createBackend()
      const { store } = backend
      const outcome = await talkWhileStopped(store, {
        async stop() {
          const { rows } = await sql<{ page_count: number }>`pragma page_count`.execute(store.db)
          await sql`pragma max_page_count = ${sql.lit(rows[0]?.page_count)}`.execute(store.db)
        },
        async goOn() {
          await sql`pragma max_page_count = 1000000`.execute(store.db)
        },
      })
      expectNothingLost(outcome)
      await backend.dispose()
    },
  )

  // To mount a disk needs rights that not everybody has.
  if (spawnSync('unshare', ['--map-root-user', '--mount', 'true']).status === 0) {
    test('a full disk refuses nothing, and takes everything in order once there is room', ENOUGH_TIME, async () => {
      const backend = await createBackend()
      const script = join(import.meta.dirname, 'full-disk-process.ts')
      const { stdout } = await promisify(execFile)(
        'unshare',
        ['--map-root-user', '--mount', process.execPath, '--import', 'tsx', script, join(backend.dataDir, 'disk')],
        { maxBuffer: 16 * 1024 * 1024 },
      )
      expectNothingLost(JSON.parse(stdout) as Outcome)
      await backend.dispose()
    })
  }
} else {
  test(
    'a server that takes reads only for a while refuses nothing, and takes everything in order after it',
    ENOUGH_TIME,
    async () => {
      const mariadb = await startMariadb()
      const root = await createConnection(mariadb.url)
      await root.query('create database chatbox')
      await root.query("create user plain@'%' identified by 'plain'")
      await root.query("grant all on chatbox.* to plain@'%'")
      const store = openMysql(`${mariadb.url.replace('chatbox:chatbox', 'plain:plain')}/chatbox`)
      await store.migrate()
      const outcome = await talkWhileStopped(store, {
        async stop() {
          await root.query('set global read_only = 1')
        },
        async goOn() {
          await root.query('set global read_only = 0')
        },
      })
      expectNothingLost(outcome)
      await store.close()
      await root.end()
      await mariadb.stop()
    },
  )
}
