import { uuidv7 } from 'uuidv7'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { history, type HistoryInput, type HistoryOutcome } from '../../../server/campus/history.ts'
import { CAMPUS_LOG, EVERYONE_ID } from '../../../shared/protocol/fields.ts'
import { HISTORY_PAGE_MAX } from '../../../shared/protocol/limits.ts'
import { type Backend, createBackend } from '../../support/backend.ts'
import {
  addMembers,
  type Campus,
  createCampus,
  edit,
  leaveGroup,
  react,
  read,
  receive,
  remove,
  removeMember,
  send,
} from '../../support/campus.ts'

let backend: Backend
let campus: Campus
let ann: string
let ben: string
let group: string
/** Milliseconds since 1970; tests that ask for a moment say when each message is sent. */
let now = 1_700_000_000_000
const MESSAGES = HISTORY_PAGE_MAX + 50
beforeAll(async () => {
  backend = await createBackend()
  campus = createCampus({ store: backend.store, now: () => now })
  ann = await campus.register('Ann')
  ben = await campus.register('Ben')
  group = await campus.group(ann, ben)
  await campus.accept(ann, ...Array.from({ length: MESSAGES }, () => send(group)))
})
afterAll(() => backend.dispose())

const askFrom = (userId: string, from: HistoryInput['from'], limit = HISTORY_PAGE_MAX, conversation: string = group) =>
  history(campus.store, userId, { log: CAMPUS_LOG, conversation, from, limit })
const ask = (userId: string, before: number, limit?: number, conversation?: string) =>
  askFrom(userId, { before }, limit, conversation)
const listPlaces = (outcome: HistoryOutcome) =>
  outcome.kind === 'page'
    ? outcome.page.rows.flatMap((row) => (row.type === 'message' ? [row.n] : []))
    : outcome.refusal.code
const places = async (...asked: Parameters<typeof ask>) => listPlaces(await ask(...asked))
const placesFrom = async (at: number, limit: number, conversation: string) =>
  listPlaces(await askFrom(ann, { at }, limit, conversation))
const range = (from: number, to: number) => Array.from({ length: to - from + 1 }, (_, index) => from + index)

test('a page holds the messages next below the asked place, in ascending order', async () => {
  expect(await places(ben, 11, 4)).toEqual([7, 8, 9, 10])
})
test('pages put together are the whole conversation', async () => {
  const found: number[] = []
  for (let before = MESSAGES + 1; before > 1; before = found[0] ?? 0)
    found.unshift(...((await places(ben, before, 60)) as number[]))
  expect(found).toEqual(range(1, MESSAGES))
})
test('below the first message there is nothing', async () => {
  expect(await places(ben, 1)).toEqual([])
})
test('from beyond the newest message a page begins with the newest', async () => {
  expect(await places(ben, Number.MAX_SAFE_INTEGER, 3)).toEqual(range(MESSAGES - 2, MESSAGES))
})
test('a page holds no more than its limit, whatever is asked for', async () => {
  expect(await places(ben, MESSAGES + 1, 999)).toHaveLength(HISTORY_PAGE_MAX)
})
test('a page names the head at which it was read', async () => {
  expect(await ask(ben, 5)).toMatchObject({ kind: 'page', page: { head: await campus.head() } })
})
test('a deleted message keeps its place in history', async () => {
  const message = send(EVERYONE_ID, 'secret')
  await campus.accept(ann, message)
  await campus.accept(ann, remove(EVERYONE_ID, message.id))
  const outcome = await ask(ben, Number.MAX_SAFE_INTEGER, 1, EVERYONE_ID)
  expect(outcome).toMatchObject({ page: { rows: [{ id: message.id, text: null }] } })
})

/** A conversation whose messages are sent at these moments. */
async function createTimed(...moments: number[]): Promise<string> {
  const timed = await campus.group(ann)
  const before = now
  for (const moment of moments) {
    now = moment
    await campus.accept(ann, send(timed))
  }
  now = before
  return timed
}
test('from a moment on a page begins with the first message that was sent then or later', async () => {
  const timed = await createTimed(1_000, 2_000, 3_000, 4_000, 5_000)
  expect(await placesFrom(2_000, 2, timed)).toEqual([2, 3])
  expect(await placesFrom(2_001, 2, timed)).toEqual([3, 4])
})
test('from a moment before all messages a page begins with the first', async () => {
  expect(await placesFrom(0, 2, await createTimed(1_000, 2_000, 3_000))).toEqual([1, 2])
})
test('from a moment near the end a page holds what there is', async () => {
  expect(await placesFrom(2_500, 10, await createTimed(1_000, 2_000, 3_000))).toEqual([3])
})
test('from a moment after all messages a page holds the last ones', async () => {
  expect(await placesFrom(3_001, 2, await createTimed(1_000, 2_000, 3_000))).toEqual([2, 3])
  expect(await placesFrom(999_999_999_999_999, 200, await createTimed(1_000))).toEqual([1])
})
test('of several messages of one moment the page begins with the first', async () => {
  expect(await placesFrom(2_000, 2, await createTimed(1_000, 2_000, 2_000, 2_000, 3_000))).toEqual([2, 3])
})
test('a page from a moment on holds no more than its limit, whatever is asked for', async () => {
  expect(listPlaces(await askFrom(ben, { at: 0 }, 999))).toEqual(range(1, HISTORY_PAGE_MAX))
})
test('in a conversation without messages no moment has any', async () => {
  expect(await placesFrom(0, 10, await campus.group(ann))).toEqual([])
})
test('whoever is not in it gets nothing from a moment on either', async () => {
  expect(listPlaces(await askFrom(await campus.register(), { at: 0 }))).toBe('not_a_member')
})

test('a page brings the reactions and revisions of its messages, of no others, and no receipts', async () => {
  const other = await campus.group(ann, ben)
  const [below, within] = [send(other), send(other, 'first')]
  await campus.accept(ann, below, within, send(other))
  await campus.accept(ben, react(other, below.id), react(other, within.id, '🎉'), receive(other, 3), read(other, 3))
  await campus.publishReceipts(other)
  await campus.accept(ann, edit(other, within.id, 'second'), edit(other, within.id, 'third'))
  const outcome = await ask(ben, 3, 1, other)
  const rows = outcome.kind === 'page' ? outcome.page.rows : []
  expect(rows).toHaveLength(4)
  expect(rows).toMatchObject([
    { type: 'message', id: within.id, text: 'third', edits: 2 },
    { type: 'reaction', messageId: within.id, userId: ben, emoji: ['🎉'] },
    { type: 'revision', messageId: within.id, k: 1, text: 'first' },
    { type: 'revision', messageId: within.id, k: 2, text: 'second' },
  ])
})
test('of a deleted message history tells neither a text nor a reaction', async () => {
  const other = await campus.group(ann, ben)
  const message = send(other, 'secret one')
  await campus.accept(ann, message, edit(other, message.id, 'secret two'))
  await campus.accept(ben, react(other, message.id))
  await campus.accept(ann, remove(other, message.id))
  const outcome = await ask(ben, 2, 1, other)
  expect(JSON.stringify(outcome)).not.toContain('secret')
  expect(JSON.stringify(outcome)).not.toContain('👍')
})

const outsiders: [who: string, prepare: () => Promise<string>, answer: unknown][] = [
  [
    'somebody who was added later',
    async () => {
      const cid = await campus.register()
      await campus.accept(ann, addMembers(group, cid))
      return cid
    },
    [1, 2],
  ],
  ['a stranger', () => campus.register(), 'not_a_member'],
  [
    'somebody who left',
    async () => {
      const cid = await campus.register()
      await campus.accept(ann, addMembers(group, cid))
      await campus.accept(cid, leaveGroup(group))
      return cid
    },
    'not_a_member',
  ],
  [
    'somebody who was removed',
    async () => {
      const cid = await campus.register()
      await campus.accept(ann, addMembers(group, cid))
      await campus.accept(ann, removeMember(group, cid))
      return cid
    },
    'not_a_member',
  ],
]
test.each(outsiders)('%s asks for the messages of a group', async (_, prepare, answer) => {
  expect(await places(await prepare(), 3)).toEqual(answer)
})
test('everybody reads the history of Everyone', async () => {
  await campus.accept(ann, send())
  expect(await places(await campus.register(), 2, 10, EVERYONE_ID)).toEqual([1])
})
test('a conversation that is not there answers like one that is foreign', async () => {
  const foreign = await ask(await campus.register(), 5)
  expect(await ask(ann, 5, 10, uuidv7())).toEqual(foreign)
})
test('a log that is not there gives nothing', async () => {
  const input = { log: 'elsewhere', conversation: EVERYONE_ID, from: { before: 5 }, limit: 5 }
  const outcome = await history(campus.store, ann, input)
  expect(outcome.kind).toBe('refused')
})
