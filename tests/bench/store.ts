import Libsql from 'libsql'
import { mkdtempSync, rmSync } from 'node:fs'
import { monitorEventLoopDelay } from 'node:perf_hooks'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createMemoryStore, openSqlite } from '../../server/store/sqlite.ts'
import type { Database, ReplyTable } from '../../server/store/schema.ts'
import type { Store } from '../../server/store/store.ts'

/*
 * `npm run bench:store`: what the embedded store does for others, and what it costs, as ratios within one
 * run, because machines are noisy.
 *
 * - reading beside commits: on a connection of its own against in the queue of the writer
 * - many reads at once: the longest that others wait for their turn, against all of it
 * - forgetting: commits of texts that come and go with `secure_delete` and a `-wal` that is cut off, against
 *   commits without either
 */

const COMMITTING_MS = 3_000
const READS = 2_000
const ROUNDS = 5
const ROUND_MS = 1_500
const ROWS = 100

const folder = mkdtempSync(join(tmpdir(), 'chatbox-bench-'))
try {
  const store = openSqlite(join(folder, 'ours'))
  await store.migrate()
  await measureReading(store)
  await measureTurns(store)
  await measureForgetting(store)
  await store.close()
} finally {
  rmSync(folder, { recursive: true })
}

function toReplies(batch: number): ReplyTable[] {
  return Array.from({ length: ROWS }, (_, index) => ({
    id: `${batch}.${index}`,
    classroom_id: 'k3vq7zt2mbda',
    question_id: String(batch),
    seq: batch * ROWS + index,
    author: 'someone',
    staff_id: null,
    receipt_hash: null,
    text: 'A line of text, and another one. '.repeat(1 + (index % 20)),
    at: batch,
    edited: 0,
    endorsed: 0,
    state: 'shown',
    files: null,
  }))
}

async function measureReading(store: Store): Promise<void> {
  const read = (db: Database) => db.selectFrom('log').selectAll().execute()
  const own: number[] = []
  const queued: number[] = []
  const end = performance.now() + COMMITTING_MS
  let batch = 0
  async function commit(): Promise<void> {
    while (performance.now() < end) {
      await store.write(async (db) => {
        await db.insertInto('reply').values(toReplies(batch++)).execute()
        // As a batch of commands does: several statements, between which others have a turn.
        for (let step = 0; step < 10; step += 1) await new Promise((resolve) => setImmediate(resolve))
      })
    }
  }
  async function readAgain(times: number[], once: () => Promise<unknown>): Promise<void> {
    while (performance.now() < end) {
      times.push(await time(once))
      await new Promise((resolve) => setTimeout(resolve, 1))
    }
  }
  await Promise.all([
    commit(),
    commit(),
    readAgain(own, () => read(store.db)),
    readAgain(queued, () => store.write(read)),
  ])
  const [ours, theirs] = [percentile(own, 0.95), percentile(queued, 0.95)]
  console.log(
    `Reading beside commits: 19 of 20 wait no longer than ${ours.toFixed(2)} ms, ` +
      `behind the writer ${theirs.toFixed(2)} ms: ${(theirs / ours).toFixed(1)} times`,
  )
}

async function measureTurns(store: Store): Promise<void> {
  const delay = monitorEventLoopDelay({ resolution: 1 })
  await new Promise((resolve) => setTimeout(resolve, 50))
  delay.enable()
  const all = await time(() =>
    Promise.all(
      Array.from({ length: READS }, () =>
        store.db.selectFrom('user').innerJoin('member', 'user_id', 'id').selectAll().execute(),
      ),
    ),
  )
  delay.disable()
  const longest = delay.max / 1e6
  console.log(
    `${READS.toLocaleString('en')} reads at once: others wait ${longest.toFixed(0)} ms at most, ` +
      `all take ${all.toFixed(0)} ms: ${(all / longest).toFixed(1)} times`,
  )
}

/** Texts that come and, in the next commit, go. */
async function measureForgetting(store: Store): Promise<void> {
  const handle = new Libsql(join(folder, 'plain.sqlite'))
  handle.pragma('journal_mode = WAL')
  handle.pragma('synchronous = FULL')
  const plain = createMemoryStore(handle)
  await plain.migrate()
  await store.db.deleteFrom('reply').execute()
  const done = new Map<Store, { commits: number; longest: number }>()
  for (let round = 0; round < ROUNDS; round += 1) {
    for (const one of [store, plain]) {
      const before = done.get(one) ?? { commits: 0, longest: 0 }
      const { commits, longest } = await comeAndGo(one, round)
      done.set(one, { commits: before.commits + commits, longest: Math.max(before.longest, longest) })
    }
  }
  const [ours, theirs] = [done.get(store), done.get(plain)]
  if (ours === undefined || theirs === undefined) throw new Error('nothing was measured')
  const perSecond = (commits: number) => Math.round((commits * 1_000) / (ROUNDS * ROUND_MS)).toLocaleString('en')
  console.log(
    `Forgetting: ${perSecond(ours.commits)} commits/s, the longest ${ours.longest.toFixed(0)} ms; without ` +
      `${perSecond(theirs.commits)} commits/s, the longest ${theirs.longest.toFixed(0)} ms: ` +
      `${(theirs.commits / ours.commits).toFixed(2)} times`,
  )
  await plain.close()
}

async function comeAndGo(store: Store, round: number): Promise<{ commits: number; longest: number }> {
  const end = performance.now() + ROUND_MS
  const times: number[] = []
  for (let batch = round * 1_000_000; performance.now() < end; batch += 1) {
    times.push(await time(() => store.write((db) => db.insertInto('reply').values(toReplies(batch)).execute())))
    times.push(
      await time(() =>
        store.write((db) =>
          db.updateTable('reply').set({ text: null }).where('question_id', '=', String(batch)).execute(),
        ),
      ),
    )
    await new Promise((resolve) => setImmediate(resolve))
  }
  return { commits: times.length, longest: Math.max(...times) }
}

function percentile(times: number[], part: number): number {
  return times.sort((one, other) => one - other)[Math.floor(times.length * part)] ?? 0
}

async function time(work: () => Promise<unknown>): Promise<number> {
  const began = performance.now()
  await work()
  return performance.now() - began
}
