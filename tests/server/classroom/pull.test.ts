import { afterAll, beforeAll, expect, test } from 'vitest'
import { createClassroomKind } from '../../../server/classroom/kind.ts'
import { pull } from '../../../server/log/pull.ts'
import type { ClassroomLogRow } from '../../../shared/classroom/rows.ts'
import { CLASSROOM_PAGE_ROWS } from '../../../shared/classroom/limits.ts'
import { type Backend, createBackend } from '../../support/backend.ts'
import {
  answer,
  ask,
  createTestClassroom,
  judge,
  mark,
  poll,
  post,
  readTo,
  set,
  toReader,
  type TestClassroom,
  vote,
} from '../../support/classroom.ts'

let backend: Backend
beforeAll(async () => {
  backend = await createBackend()
})
afterAll(() => backend.dispose())

const open = () => createTestClassroom({ store: backend.store })

test('a question that was asked is pulled by all, and the log is rung for', async () => {
  const room = await open()
  const { command, id } = ask()
  expect(await room.accept(command)).toBe(3)
  expect(room.published).toMatchObject([{ log: room.log, from: 2, to: 3, rows: null }])
  const rows = await room.rows()
  expect(rows).toMatchObject([
    { type: 'classroom', seq: 1, id: room.id, title: 'Analysis 1', names: true },
    { type: 'question', seq: 3, id, n: 1, text: 'Why is 0! = 1?', state: 'shown', votes: 0 },
  ])
  expect((await room.rows('staff')).map(({ type }) => type)).toEqual(['classroom', 'desk', 'staff', 'question'])
})

/** A classroom with rows of every kind, some of them changed since. */
async function createBusy(): Promise<TestClassroom> {
  const room = await open()
  const asked = Array.from({ length: 12 }, () => ask())
  for (const { command } of asked) await room.accept(command)
  for (const { id } of asked.slice(0, 5)) {
    await room.accept(vote(id))
    await room.accept(post(id))
    await room.act(answer(id), mark(id, { pinned: true }))
  }
  await room.act(poll(), set({ title: 'Later' }), readTo(4))
  return room
}

function keyOf(row: ClassroomLogRow): string {
  return `${row.type}/${'id' in row ? row.id : 'userId' in row ? row.userId : ''}`
}

test.each(['everybody', 'staff'] as const)(
  'pages of any size hold every row of %s once, in order, up to the head',
  async (audience) => {
    const room = await createBusy()
    const whole = await room.rows(audience)
    for (const pageRows of [1, 2, 3, 7, whole.length - 1, whole.length, whole.length + 1]) {
      const rows: ClassroomLogRow[] = []
      const kind = createClassroomKind(room.store, { pageRows })
      for (let cursor = 0; ;) {
        const input = { lineage: '', cursor, next: null }
        const outcome = await pull(room.store, kind, room.log, toReader(audience, room.owner), input)
        if (outcome.kind !== 'page') throw new Error(outcome.kind)
        const { from, to, head, rows: page } = outcome.page
        expect(from).toBe(cursor)
        expect(page.every(({ seq }) => seq > from && seq <= to)).toBe(true)
        // The classroom and what staff see of it are one row of the log.
        expect(page.length).toBeLessThanOrEqual(pageRows + 1)
        rows.push(...page)
        if (to === head) break
        expect(page.at(-1)?.seq).toBe(to)
        cursor = to
      }
      expect(rows).toEqual(whole)
    }
    expect(new Set(whole.map(keyOf)).size).toBe(whole.length)
  },
)

test('from every cursor on, what comes brings a device to the same rows', async () => {
  const room = await createBusy()
  const whole = await room.rows('staff')
  const head = await room.head()
  for (let cursor = 0; cursor <= head; cursor += 1) {
    const news = await room.rows('staff', cursor)
    expect(news).toEqual(whole.filter(({ seq }) => seq > cursor))
    expect(await room.changes('staff', cursor)).toEqual(news)
  }
})

test('a classroom of more rows than a page holds comes in several', async () => {
  const room = await open()
  await Promise.all(Array.from({ length: CLASSROOM_PAGE_ROWS + 10 }, () => room.accept(ask().command)))
  const first = await room.pull()
  expect(first.kind === 'page' && first.page.rows.length).toBe(CLASSROOM_PAGE_ROWS)
  expect((await room.rows()).filter(({ type }) => type === 'question')).toHaveLength(CLASSROOM_PAGE_ROWS + 10)
})

test('what changes only for staff moves the cursor of the room too', async () => {
  const room = await open()
  await room.accept(ask().command)
  await room.act(readTo(1))
  const outcome = await room.pull('everybody', { cursor: 3 })
  expect(outcome).toMatchObject({ kind: 'page', page: { from: 3, to: 4, head: 4, rows: [] } })
})

test('more changes than were asked for are none', async () => {
  const room = await createBusy()
  const whole = [...(await room.rows()), ...(await room.rows('staff'))]
  expect(await room.changes('everybody', 0, whole.length + 1)).toEqual(await room.rows())
  expect(await room.changes('everybody', 0, whole.length - 1)).toBeNull()
})

test('a pull while much is written has neither a gap nor a word of later', async () => {
  const room = await open()
  const asked = Array.from({ length: 30 }, () => ask())
  const writing = Promise.all(asked.map(({ command }) => room.accept(command)))
  const device = new Map<string, ClassroomLogRow>()
  let cursor = 0
  const pullOnce = async () => {
    const outcome = await room.pull('staff', { cursor })
    if (outcome.kind !== 'page') throw new Error(outcome.kind)
    expect(outcome.page.from).toBe(cursor)
    for (const row of outcome.page.rows) {
      expect(row.seq).toBeLessThanOrEqual(outcome.page.to)
      device.set(keyOf(row), row)
    }
    cursor = outcome.page.to
  }
  for (let times = 0; times < 10; times += 1) {
    await pullOnce()
    await room.act(judge(asked[0]?.id ?? '', 'held')).catch(() => undefined)
  }
  await writing
  await pullOnce()
  expect(
    [...device.values()].sort((one, other) => one.seq - other.seq || (keyOf(one) < keyOf(other) ? -1 : 1)),
  ).toEqual(await room.rows('staff'))
})
