import { uuidv7 } from 'uuidv7'
import { EVERYONE_ID } from '../../shared/protocol/fields.ts'
import { PROTOCOL_HEADER, PROTOCOL_VERSION } from '../../shared/protocol/version.ts'
import { waitUntilInstalled } from './support/connection.ts'
import { composer, message, messages, open, openDirect, send } from './support/conversing.ts'
import { giveRole } from './support/operating.ts'
import type { Person } from './support/person.ts'
import { expect, test } from './support/test.ts'

/** Asks in somebody's name, as another device of theirs would. */
async function post({ page, device }: Person, path: string, data: object): Promise<void> {
  const headers = { origin: new URL(device.url).origin, [PROTOCOL_HEADER]: String(PROTOCOL_VERSION) }
  const answer = await page.request.post(path, { data, headers })
  expect(answer.ok(), await answer.text()).toBe(true)
}
const submit = (person: Person, commands: readonly object[]) => post(person, '/api/commands', { commands })

test('who sends a lot sees when it goes on, and all of it arrives, in order, while others are written to', async ({
  campus,
}) => {
  await campus.server.stop()
  await campus.startServerAgain(undefined, { LIMITS: 'on' })
  const olga = await campus.join('Olga')
  const ann = await campus.joinLasting('Ann')
  const ben = await campus.join('Ben')
  await giveRole(campus.server.dataDir, olga.userId, 'operator')
  await expect
    .poll(async () => {
      const answer = await olga.page.request.get('/api/operate/settings')
      return answer.ok()
    })
    .toBe(true)
  await post(olga, '/api/operate/settings', { name: 'limits.messages.newcomer', value: 10 })
  await openDirect(ann, 'Ben')
  await send(ann, 'Hello Ben')
  await open(ben, 'Ann')
  await expect(message(ben, 'Hello Ben')).toBeVisible()

  await test.step('what is beyond the limit waits, says until when, and goes by itself', async () => {
    // Ann's other device has used up what she may send at once.
    const note = (index: number) => ({
      ...{
        type: 'message.send',
        id: uuidv7(),
        conversationId: EVERYONE_ID,
        text: `Note ${index}`,
        writtenAt: Date.now(),
      },
    })
    await post(olga, '/api/operate/settings', { name: 'limits.messagesToEveryone.newcomer', value: 'off' })
    await submit(
      ann,
      Array.from({ length: 60 }, (_, index) => note(index)),
    )
    const texts = ['One of three', 'Two of three', 'Three of three']
    for (const text of texts) await send(ann, text)
    await expect(message(ann, 'Three of three').getByText(/goes on at/)).toBeVisible()
    await expect(message(ben, 'Three of three')).toBeVisible({ timeout: 60_000 })
    const received = await messages(ben)
      .filter({ hasText: /of three/ })
      .allInnerTexts()
    expect(received.map((text) => /(One|Two|Three) of three/.exec(text)?.[0])).toEqual(texts)
    await expect(ann.page.getByText(/goes on at/)).toHaveCount(0)
  })

  await test.step('what waits survives a reload without a network, and goes when there is one', async () => {
    await submit(
      ann,
      Array.from({ length: 20 }, (_, index) => ({
        ...{
          type: 'message.send',
          id: uuidv7(),
          conversationId: EVERYONE_ID,
          text: `More ${index}`,
          writtenAt: Date.now(),
        },
      })),
    )
    await send(ann, 'After the reload')
    await expect(message(ann, 'After the reload').getByText(/goes on at/)).toBeVisible()
    await waitUntilInstalled(ann)
    await ann.device.goOffline()
    await ann.page.reload()
    await expect(message(ann, 'After the reload')).toBeVisible()
    await ann.device.goOnline()
    await expect(message(ben, 'After the reload')).toBeVisible({ timeout: 60_000 })
  })
})

test('in slow mode the composer says when one may write again, and what is sent before waits until then', async ({
  campus,
}) => {
  await campus.server.stop()
  await campus.startServerAgain(undefined, { LIMITS: 'on' })
  const olga = await campus.join('Olga')
  const ann = await campus.join('Ann')
  await giveRole(campus.server.dataDir, olga.userId, 'operator')
  await open(ann, 'Everyone')
  await open(olga, 'Everyone')
  await expect(ann.page.getByText(/Slow mode/)).toHaveCount(0)
  const govern = {
    type: 'conversation.govern',
    id: uuidv7(),
    conversationId: EVERYONE_ID,
    posting: 'everybody',
    slowSeconds: 8,
  }
  await submit(olga, [govern])
  await expect(ann.page.getByText('Slow mode: a message in 8 seconds.')).toBeVisible()
  await send(ann, 'The first')
  await expect(ann.page.getByText(/you can write again in \d second/)).toBeVisible()
  await send(ann, 'The second')
  await expect(message(olga, 'The first')).toBeVisible()
  await expect(message(ann, 'The second').getByText(/goes on at/)).toBeVisible()
  await expect(message(olga, 'The second')).toBeVisible({ timeout: 30_000 })
  await expect(ann.page.getByText('Slow mode: a message in 8 seconds.')).toBeVisible({ timeout: 30_000 })
  await expect(olga.page.getByText(/Slow mode: a message/)).toHaveCount(0)
  await expect(composer(olga)).toBeVisible()
})
