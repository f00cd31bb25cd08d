import { uuidv7 } from 'uuidv7'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { history } from '../../../server/log/history.ts'
import { CAMPUS_LOG, EVERYONE_ID } from '../../../shared/protocol/fields.ts'
import { HISTORY_PAGE_MESSAGES } from '../../../shared/protocol/limits.ts'
import { type Backend, createBackend } from '../../support/backend.ts'
import { addMembers, type Campus, createCampus, leaveGroup, remove, removeMember, send } from '../../support/campus.ts'

let backend: Backend
let campus: Campus
let ann: string
let ben: string
let group: string
const MESSAGES = HISTORY_PAGE_MESSAGES + 50
beforeAll(async () => {
  backend = await createBackend()
  campus = createCampus({ store: backend.store })
  ann = await campus.register('Ann')
  ben = await campus.register('Ben')
  group = await campus.group(ann, ben)
  await campus.accept(ann, ...Array.from({ length: MESSAGES }, () => send(group)))
})
afterAll(() => backend.dispose())

const ask = (userId: string, before: number, limit = HISTORY_PAGE_MESSAGES, conversation = group) =>
  history(campus.store, userId, { log: CAMPUS_LOG, conversation, before, limit })
const places = async (userId: string, before: number, limit?: number, conversation?: string) => {
  const outcome = await ask(userId, before, limit, conversation)
  return outcome.kind === 'page' ? outcome.page.rows.map(({ n }) => n) : outcome.refusal.code
}
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
  expect(await places(ben, MESSAGES + 1, 999)).toHaveLength(HISTORY_PAGE_MESSAGES)
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
  const outcome = await history(campus.store, ann, { log: 'elsewhere', conversation: EVERYONE_ID, before: 5, limit: 5 })
  expect(outcome.kind).toBe('refused')
})
