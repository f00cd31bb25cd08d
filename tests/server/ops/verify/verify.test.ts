import { sql } from 'kysely'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { findBroken, rules } from '../../../../server/ops/verify/rows.ts'
import { CHECKS, verifyAll } from '../../../../server/ops/verify/verify.ts'
import { admin, settingsOf } from '../admin/run-admin.ts'
import { listDamages } from './damages.ts'
import { createFilled, type Filled } from './filled-server.ts'

/* A server on which much happened is as it should be. Then one thing is broken after the other, and each time it is found, and nothing else. */

let filled: Filled
beforeAll(async () => {
  filled = await createFilled()
}, 120_000)
afterAll(() => filled.backend.dispose())

/** The findings of each check, sorted: all of them, so that what is new tells what was broken. */
async function look(): Promise<string[]> {
  const { backend, home } = filled
  const reports = await verifyAll({ store: backend.store, home, now: Date.now })
  expect(reports.map(({ name }) => name)).toEqual(CHECKS.map(({ name }) => name))
  return reports.flatMap(({ name, findings }) => findings.map(({ id, message }) => `${name}: ${id}: ${message}`))
}

test('a server that was used is as it should be', async () => {
  expect(await look()).toEqual([])
  const end = await admin(settingsOf(filled.backend), ['verify', '--json'])
  expect([end.code, end.json()]).toEqual([0, expect.objectContaining({ ok: true })])
})

test.each(listDamages(() => filled))('found: $what', async ({ plant }) => {
  const { found, mend } = await plant()
  try {
    const lines = await look()
    expect(lines).toHaveLength(found.length)
    for (const line of found) expect(lines).toContainEqual(expect.stringMatching(startsWith(line)))
  } finally {
    await mend()
  }
  expect(await look()).toEqual([])
})

const startsWith = (line: string) => new RegExp(`^${line.replace(/[.*+?^${}()|[\]\\]/g, '\\$&')}`)

test('what is wrong ends the command with 1, and is said in a line each', async () => {
  const { db, backend } = filled
  const group = db.selectFrom('conversation').selectAll().where('kind', '=', 'group').limit(1)
  const { id, member_count } = await group.executeTakeFirstOrThrow()
  const set = (count: number) =>
    db.updateTable('conversation').set({ member_count: count }).where('id', '=', id).execute()
  await set(member_count + 5)
  const end = await admin(settingsOf(backend), ['verify'])
  await set(member_count)
  expect([end.code, end.out]).toEqual([
    1,
    expect.stringContaining(`conversations: 1 wrong\n  conversation ${id}: Its member_count`),
  ])
  expect(end.out).toMatch(/1 things are wrong\.\n$/)
})

test('every row is looked at once, however many pages they are, and whatever their key', async () => {
  const { db } = filled
  const must = [{ holds: sql`removed = 9`, message: 'Never.' }]
  const found: string[] = []
  for await (const { id } of findBroken(db, [rules('member', ['conversation_id', 'user_id'], must, 2)])) found.push(id)
  const all = await db.selectFrom('member').select(['conversation_id', 'user_id']).execute()
  expect(all.length).toBeGreaterThan(10)
  expect(found.sort()).toEqual(all.map((row) => `member ${row.conversation_id}/${row.user_id}`).sort())
})
