import { EVERYONE_ID } from '../../shared/protocol/fields.ts'
import { connectionLine, expectAllSent, expectConnected } from './support/connection.ts'
import { composer, expectMessages, open, send } from './support/conversing.ts'
import type { Screen } from './support/person.ts'
import { readMessages } from './support/storage.ts'
import { expect, test } from './support/test.ts'

// The server is killed, also in the middle of what two people write, and started again on the same data.

const EACH = 18

function toText(name: string, count: number): string {
  return `${name} ${count} of ${EACH}`
}

/** Writes on and on, and never waits for an answer, as somebody who does not look. */
async function writeOn(screen: Screen, name: string, from: number, to: number): Promise<void> {
  for (let count = from; count <= to; count++) {
    await composer(screen).fill(toText(name, count))
    await composer(screen).press('Enter')
  }
}

test('a server that is killed loses nothing, doubles nothing and keeps the order, and one hears that it is down', async ({
  campus,
}) => {
  test.slow()
  // One that can be killed is a process of its own.
  await campus.server.stop()
  const server = await campus.startServerAgain()
  const [ada, ben] = [await campus.join('Ada'), await campus.join('Ben')]
  for (const person of [ada, ben]) await open(person, 'Everyone')
  const before = ['All is well', 'Is anybody there?']

  const again =
    await test.step('while it is down one hears so, and what is written goes out by itself when it is back', async () => {
      await send(ada, 'All is well')
      await expectMessages(ben, ['All is well'])
      await expectAllSent(ada)
      await server.kill9()
      await expect(connectionLine(ada)).toContainText('Offline since')
      await send(ada, 'Is anybody there?')
      await expect(connectionLine(ada)).toContainText('1 message waiting')
      const started = await campus.startServerAgain()
      for (const person of [ada, ben]) await expectConnected(person)
      for (const person of [ada, ben]) {
        await expect.poll(() => readMessages(person, EVERYONE_ID)).toEqual(before)
      }
      return started
    })

  await test.step('killed in the middle of what is written it loses nothing, doubles nothing and keeps the order', async () => {
    const writing = writeOn(ben, 'Ben', 1, EACH)
    await writeOn(ada, 'Ada', 1, EACH / 3)
    const restarting = again.kill9().then(() => campus.startServerAgain())
    await Promise.all([writing, restarting, writeOn(ada, 'Ada', EACH / 3 + 1, EACH)])

    const written = ['Ada', 'Ben'].map((name) => Array.from({ length: EACH }, (_, index) => toText(name, index + 1)))
    // Each waits for as long as their own back-off says.
    for (const person of [ada, ben]) await expectConnected(person)
    for (const person of [ada, ben]) {
      await expect.poll(async () => (await readMessages(person, EVERYONE_ID)).length).toBe(before.length + 2 * EACH)
      const texts = await readMessages(person, EVERYONE_ID)
      expect(texts.slice(0, before.length)).toEqual(before)
      expect(['Ada', 'Ben'].map((name) => texts.filter((text) => text.startsWith(name)))).toEqual(written)
      await expectAllSent(person)
    }
  })
})
