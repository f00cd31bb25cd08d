import 'fake-indexeddb/auto'
import { beforeEach, expect, test } from 'vitest'
import { hideMessages } from '../../../../client/data/messages/change-message.ts'
import { findReplies } from '../../../../client/data/messages/find-replies.ts'
import { fetchChain, watchReplyChain } from '../../../../client/data/messages/reply-chain.ts'
import { sendThreadAnswer } from '../../../../client/data/messages/send-message.ts'
import type { Session } from '../../../../client/data/session.ts'
import { answer, createDevice, until } from '../device.ts'
import { entry, exampleId, group, message, send } from '../example.ts'

const idOf = (n: number) => exampleId(1_000 + n)
const to = (n: number) => ({ replyTo: { messageId: idOf(n), n } })
/** 1 is answered by 3 and 5, 3 by 4, and 2 stands alone. */
const rows = [message(1), message(2), message(3, to(1)), message(4, to(3)), message(5, to(1))]

let session: Session
beforeEach(async () => {
  session = await createDevice()
  await session.db.messages.bulkPut(rows)
  await session.db.latest.bulkPut(rows.slice(-1))
})
const look = (n: number) => until(watchReplyChain(session, group, idOf(n)))
const numbers = async (n: number) => (await look(n)).messages.map((one) => one.n)

test('from any message of it one comes to the whole chain, in order', async () => {
  for (const n of [1, 3, 4, 5]) expect(await numbers(n)).toEqual([1, 3, 4, 5])
  expect(await numbers(2)).toEqual([2])
  expect(await look(4)).toMatchObject({ above: null, missing: 0 })
  expect([...(await findReplies(session.db, rows))]).toEqual([[idOf(1), [idOf(3), idOf(4), idOf(5)]]])
})

test('what one answers there stands there at once, and what one deleted for oneself does not', async () => {
  await sendThreadAnswer(session, group, 'Sixth', idOf(4), () => ({ id: idOf(1), conversationId: group, text: '' }))
  await hideMessages(session, group, [idOf(5)], true)
  const { messages } = await look(1)
  expect(messages.map(({ text }) => text)).toEqual(['text 1', 'text 3', 'text 4', 'Sixth'])
})

test('a chain whose first message one deleted for oneself still begins with it', async () => {
  await hideMessages(session, group, [idOf(1)], true)
  const chain = await look(4)
  expect(chain.rootId).toBe(idOf(1))
  expect(chain.messages.map(({ n }) => n)).toEqual([3, 4, 5])
  await hideMessages(session, group, [idOf(3), idOf(4), idOf(5)], true)
  expect(await look(4)).toMatchObject({ rootId: idOf(1), messages: [] })
})

test('an answer to what is itself on its way stands below it; what is not here begins nothing', async () => {
  const first = send('First')
  await session.db.outbox.bulkPut([entry(first), entry(send('Second', group, { replyToId: first.id }))])
  const { id: second } = (await session.db.outbox.toArray()).at(-1) ?? { id: '' }
  const chain = await until(watchReplyChain(session, group, second))
  expect(chain.messages.map(({ text }) => text)).toEqual(['First', 'Second'])
  expect(chain.rootId).toBe(first.id)
  expect(await until(watchReplyChain(session, group, exampleId(77)))).toEqual({
    ...{ rootId: null, messages: [], above: null, missing: 0 },
  })
})

test('what is missing is said, and fetched where there is a network', async () => {
  await session.db.messages.bulkDelete([idOf(1), idOf(2)])
  expect(await look(4)).toMatchObject({ above: { n: 1 }, missing: 0 })
  expect(await fetchChain(session, group, idOf(4), 5)).toBe('offline')
  const asked: string[] = []
  const online = await createDevice((url) => {
    asked.push(url)
    return Promise.resolve(answer({ epoch: 'one', head: 1, rows }))
  })
  await online.db.messages.bulkPut([message(1), message(5, to(1))])
  await online.db.latest.put(message(5, to(1)))
  expect(await until(watchReplyChain(online, group, idOf(1)))).toMatchObject({ missing: 3 })
  expect(await fetchChain(online, group, idOf(1), 0)).toBe('more')
  expect(await fetchChain(online, group, idOf(1), 5)).toBe('whole')
  expect(asked).toHaveLength(1)
  expect((await until(watchReplyChain(online, group, idOf(5)))).messages).toHaveLength(4)
})
