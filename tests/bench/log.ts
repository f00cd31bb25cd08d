import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { uuidv7 } from 'uuidv7'
import type { CampusCommand } from '../../server/campus/command.ts'
import { openMysql } from '../../server/store/mysql.ts'
import { openSqlite } from '../../server/store/sqlite.ts'
import type { Store } from '../../server/store/store.ts'
import { EVERYONE_ID } from '../../shared/protocol/fields.ts'
import { createCampus, pullCampus, registerUser, send as buildSend } from '../support/campus.ts'
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
  const campus = createCampus({ store })
  const [writer, reader] = [uuidv7(), uuidv7()]
  await campus.accept(writer, registerUser(writer, 'Writer'), registerUser(reader, 'Reader'))
  const send = (count: number) =>
    Array.from({ length: count }, (): CampusCommand => buildSend(EVERYONE_ID, 'A line of text.'))
  const missedMs = async () => {
    const { head: cursor } = await store.db.selectFrom('log').select('head').executeTakeFirstOrThrow()
    await campus.accept(writer, ...send(MISSED))
    const times: number[] = []
    for (let turn = 0; turn < PULLS; turn += 1) {
      times.push(await time(() => pullCampus(store, reader, { cursor })))
    }
    return times.sort((one, other) => one - other)[PULLS / 2] ?? 0
  }

  const lone = await time(async () => {
    for (const command of send(SENDS)) await campus.accept(writer, command)
  })
  const together = await time(() => campus.accept(writer, ...send(SENDS)))
  const short = await missedMs()
  for (let sent = 0; sent < LONG_HISTORY; sent += 5_000) await campus.accept(writer, ...send(5_000))
  const long = await missedMs()

  const perSecond = (ms: number) => Math.round((SENDS / ms) * 1_000).toLocaleString('en')
  console.log(
    `${name}: together ${perSecond(together)} sends/s, one by one ${perSecond(lone)}: ${(lone / together).toFixed(1)} times`,
  )
  console.log(
    `${name}: ${MISSED} missed after ${LONG_HISTORY.toLocaleString('en')} messages ${long.toFixed(1)} ms, ` +
      `after ${(SENDS * 2).toLocaleString('en')} ${short.toFixed(1)} ms: ${(long / short).toFixed(2)} times`,
  )
  await campus.sequencer.close()
  await store.close()
}

async function time(work: () => Promise<unknown>): Promise<number> {
  const began = performance.now()
  await work()
  return performance.now() - began
}
