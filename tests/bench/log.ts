import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { uuidv7 } from 'uuidv7'
import { createMemoryBus } from '../../server/bus/memory.ts'
import type { CampusCommand } from '../../server/commands/command.ts'
import { campusRules } from '../../server/commands/rules.ts'
import { pull } from '../../server/log/pull.ts'
import { createSequencer } from '../../server/log/sequencer.ts'
import { openMysql } from '../../server/store/mysql.ts'
import { openSqlite } from '../../server/store/sqlite.ts'
import type { Store } from '../../server/store/store.ts'
import { CAMPUS_LOG, EVERYONE_ID } from '../../shared/protocol/fields.ts'
import { send as buildSend } from '../support/campus.ts'
import { startMariadb } from '../support/services.ts'
import { createConnection } from 'mysql2/promise'

/*
 * `npm run bench`: what the log's design buys, as ratios within one run, because machines are noisy.
 *
 * - group commit: sends waiting together against sends one after the other
 * - the pull: 200 missed messages after a long history against the same after a short one
 */

const SENDS = 2_000
const LONG_HISTORY = 50_000
const MISSED = 200
const PULLS = 30

const folder = mkdtempSync(join(tmpdir(), 'chatbox-bench-'))
const mariadb = await startMariadb()
const database = await createConnection(mariadb.url)
await database.query('create database bench character set utf8mb4')
await database.end()
try {
  await measure('SQLite', openSqlite(folder))
  await measure('MariaDB', openMysql(`${mariadb.url}/bench`))
} finally {
  await mariadb.stop()
  rmSync(folder, { recursive: true })
}

async function measure(name: string, store: Store): Promise<void> {
  await store.migrate()
  const sequencer = createSequencer<CampusCommand>({
    log: CAMPUS_LOG,
    store,
    bus: createMemoryBus(),
    rules: campusRules,
    now: Date.now,
    onError(error) {
      throw error
    },
  })
  const [writer, reader] = [uuidv7(), uuidv7()]
  await sequencer.submit(writer, [
    { type: 'user.register', id: writer, handle: 'writer', name: 'Writer' },
    { type: 'user.register', id: reader, handle: 'reader', name: 'Reader' },
  ])
  const send = (count: number) =>
    Array.from({ length: count }, (): CampusCommand => buildSend(EVERYONE_ID, 'A line of text.'))
  const missedMs = async () => {
    const { head: cursor } = await store.db.selectFrom('log').select('head').executeTakeFirstOrThrow()
    await sequencer.submit(writer, send(MISSED))
    const times: number[] = []
    for (let turn = 0; turn < PULLS; turn += 1) {
      times.push(await time(() => pull(store, reader, { log: CAMPUS_LOG, epoch: '', cursor, next: null })))
    }
    return times.sort((one, other) => one - other)[PULLS / 2] ?? 0
  }

  const lone = await time(async () => {
    for (const command of send(SENDS)) await sequencer.submit(writer, [command])
  })
  const together = await time(() => sequencer.submit(writer, send(SENDS)))
  const short = await missedMs()
  for (let sent = 0; sent < LONG_HISTORY; sent += 5_000) await sequencer.submit(writer, send(5_000))
  const long = await missedMs()

  const perSecond = (ms: number) => Math.round((SENDS / ms) * 1_000).toLocaleString('en')
  console.log(
    `${name}: together ${perSecond(together)} sends/s, one by one ${perSecond(lone)}: ${(lone / together).toFixed(1)} times`,
  )
  console.log(
    `${name}: ${MISSED} missed after ${LONG_HISTORY.toLocaleString('en')} messages ${long.toFixed(1)} ms, ` +
      `after ${(SENDS * 2).toLocaleString('en')} ${short.toFixed(1)} ms: ${(long / short).toFixed(2)} times`,
  )
  await sequencer.close()
  await store.close()
}

async function time(work: () => Promise<unknown>): Promise<number> {
  const began = performance.now()
  await work()
  return performance.now() - began
}
