import 'fake-indexeddb/auto'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { findThreadAnswer, saveThreadAnswer } from '../../../../client/data/composing/thread-answers.ts'
import { sendThreadAnswer } from '../../../../client/data/messages/send-message.ts'
import type { Session } from '../../../../client/data/session.ts'
import { ThreadAnswer } from '../../../../client/views/conversation/thread-answer.svelte.ts'
import { createDevice } from '../../data/device.ts'
import { exampleId, group, message } from '../../data/example.ts'

let session: Session

const reply = exampleId(901)
const root = exampleId(902)

beforeEach(async () => {
  session = await createDevice()
  await session.db.messages.bulkPut([message(1, { id: root }), message(2, { id: reply })])
})
afterEach(() => session.db.delete())

function begin(): ThreadAnswer {
  return new ThreadAnswer(session, group, (error) => expect.fail(String(error)))
}

const keep = (id: string, text: string) => saveThreadAnswer(session, { id, conversationId: group, text })
const expectKept = (id: string, text: string) => expect.poll(() => findThreadAnswer(session, id)).toBe(text)

test('what was begun in a thread is found again', async () => {
  const answer = begin()
  await answer.follow(root)
  answer.text = 'half a thought'
  await expectKept(root, 'half a thought')
  const later = begin()
  await later.follow(root)
  expect(later.text).toBe('half a thought')
  later.text = ''
  await expect.poll(() => session.db.edits.count()).toBe(0)
})

test('what is typed before the device has answered stands below what was begun, and is kept with it', async () => {
  await keep(root, 'begun yesterday')
  const answer = begin()
  const found = answer.follow(root)
  answer.text = 'typed at once'
  await found
  expect(answer.text).toBe('begun yesterday\ntyped at once')
  await expectKept(root, 'begun yesterday\ntyped at once')
})

test('when the thread turns out to begin higher up, what is begun goes along, and nothing that was begun there is lost', async () => {
  await keep(root, 'of the whole')
  await keep(reply, 'of the part')
  const answer = begin()
  await answer.follow(reply)
  const moved = answer.follow(root)
  answer.text += ', typed on'
  await moved
  expect(answer.text).toBe('of the whole\nof the part, typed on')
  await expectKept(root, 'of the whole\nof the part, typed on')
  expect(await session.db.edits.count()).toBe(1)
})

test('where nothing was begun higher up, the text stays as it is, under the new beginning alone', async () => {
  const answer = begin()
  await answer.follow(reply)
  answer.text = 'of the part'
  await answer.follow(root)
  expect(answer.text).toBe('of the part')
  expect((await session.db.edits.toArray()).map(({ text }) => text)).toEqual(['of the part'])
  await expectKept(root, 'of the part')
})

test('an answer is queued and begun no more in one moment, or neither; what was typed on meanwhile stays', async () => {
  const answer = begin()
  await answer.follow(root)
  answer.text = 'sent'
  const failing = () => {
    throw new Error('no room')
  }
  await expect(sendThreadAnswer(session, group, 'sent', reply, failing)).rejects.toThrow('no room')
  expect(await session.db.outbox.count()).toBe(0)
  await answer.send('sent', reply)
  expect(await session.db.edits.count()).toBe(0)
  expect(answer.text).toBe('')
  answer.text = 'one'
  const sending = answer.send('one', reply)
  answer.text = 'one, and more'
  await sending
  expect(answer.text).toBe(', and more')
  await expectKept(root, ', and more')
  expect((await session.db.outbox.toArray()).map(({ command }) => command)).toMatchObject([
    { text: 'sent', replyToId: reply },
    { text: 'one', replyToId: reply },
  ])
})

test('what is sent while the thread turns out to begin higher up is offered no more, and what was begun there is', async () => {
  await keep(root, 'of the whole')
  const answer = begin()
  await answer.follow(reply)
  answer.text = 'sent'
  void answer.follow(root)
  await answer.send('sent', reply)
  expect(answer.text).toBe('of the whole\n')
  await expectKept(root, 'of the whole\n')
})
