import 'fake-indexeddb/auto'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { countHeld, fetchMissing, writeCopy } from '../../../../client/data/conversations/conversation-copy.ts'
import type { Session } from '../../../../client/data/session.ts'
import { answer, createDevice } from '../device.ts'
import { hidden, ann, ben, entry, group, message, send } from '../example.ts'

const ALL = [
  message(1, { text: 'Hello\nall' }),
  message(2, { authorId: ann, replyTo: { messageId: message(1).id, n: 1 }, text: 'Hi' }),
  message(3, { text: null }),
  message(4, { editedAt: 1, text: 'Bye' }),
]

let isOnline = false
let session: Session
beforeEach(async () => {
  isOnline = false
  session = await createDevice((path) =>
    isOnline && path.startsWith('/api/history')
      ? Promise.resolve(answer({ epoch: '', head: 9, rows: ALL }))
      : Promise.reject(new Error('no network')),
  )
  const [first, , , last] = ALL
  if (first === undefined || last === undefined) throw new Error('there are four messages')
  await session.db.messages.bulkPut([first, last])
  await session.db.latest.put(last)
})
afterEach(() => session.db.delete())

test('a copy has names, times and days, says what is not on the device, and what was not sent', async () => {
  await session.db.outbox.add(entry(send('Wait for me')))
  const copy = await writeCopy(session, group, 'Film club')
  expect(copy).toMatch(/^Film club\nA copy of .*2026/)
  expect(copy).toContain('2 of 4 messages are in it; the others were not on this device.')
  expect(copy).toMatch(
    /— .*4.*2026 —\n.*Ben: Hello\n {4}all\n\n\[2 messages are not on this device\]\n.*Ben \(edited\): Bye/,
  )
  expect(copy).toMatch(/— Not sent —\n.*Ann: Wait for me\n$/)
})

test('what is missing is fetched where there is a network, and is said to be missing where there is none', async () => {
  expect(await fetchMissing(session, group, () => undefined)).toBe(false)
  isOnline = true
  const progress: number[] = []
  expect(await fetchMissing(session, group, ({ held }) => progress.push(held))).toBe(true)
  expect(progress).toEqual([4])
  expect(await countHeld(session, group)).toEqual({ held: 4, total: 4 })
  const copy = await writeCopy(session, group, 'Film club')
  expect(copy).toContain('All 4 messages are in it.')
  expect(copy).toMatch(/Ann \(in reply to Ben\): Hi\n.*Ben: \[deleted\]/)
  expect(copy).not.toContain('not on this device')
})

test('nobody writes a line that looks like that of somebody else', async () => {
  await session.db.messages.put(message(1, { authorId: ben, text: 'x\n12:00  Ann: I resign' }))
  expect(await writeCopy(session, group, 'Film club')).toMatch(/^ {4}12:00 {2}Ann: I resign$/m)
})

test('what one deleted for oneself is not in a copy', async () => {
  await session.db.hiddens.put(hidden(1))
  const copy = await writeCopy(session, group, 'Film club')
  expect(copy).toContain('Ben: [you deleted this message for yourself]')
  expect(copy).not.toContain('Hello')
})
