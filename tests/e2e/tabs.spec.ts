import type { Page } from '@playwright/test'
import { expectConnected } from './support/connection.ts'
import { expectMessages, expectSent, messages, open, send } from './support/conversing.ts'
import { EVERYONE_ID } from '../../shared/protocol/fields.ts'
import { createRelay, type Relay } from './support/relay.ts'
import { readMessages } from './support/storage.ts'
import { test as base, expect } from './support/test.ts'

// Several tabs of one account are one device: one of them talks to the server, whichever can.

const test = base.extend<{ relay: Relay }>({
  relay: async ({ campus }, use) => {
    const relay = await createRelay(campus.server.port)
    await use(relay)
    await relay.close()
  },
})

async function openSecondTab(person: { page: Page; device: { openTab(): Promise<Page> } }) {
  const first = { page: person.page }
  const second = { page: await person.device.openTab() }
  return [first, second] as const
}

test('two tabs both write, over one socket, and each shows what the other wrote', async ({ campus, relay }) => {
  const [ada, ben] = [await campus.join('Ada', { through: relay.port }), await campus.join('Ben')]
  const [first, second] = await openSecondTab(ada)
  for (const screen of [first, second, ben]) await open(screen, 'Everyone')
  await send(first, 'From the first')
  await send(second, 'From the second')
  await Promise.all([send(first, 'Both, one'), send(second, 'Both, two')])
  await send(ben, 'I read you')
  await expect(messages(ben)).toHaveCount(5)
  await expectSent(ben, 'I read you')
  const texts = await readMessages(ben, EVERYONE_ID)
  expect(texts.toSorted()).toEqual(['Both, one', 'Both, two', 'From the first', 'From the second', 'I read you'])
  for (const screen of [first, second, ben]) await expectMessages(screen, texts)
  expect(relay.mostSockets()).toBe(1)
  expect(relay.openSockets()).toBe(1)
})

test('when the tab that talks to the server is closed, the other one takes over', async ({ campus, relay }) => {
  const [ada, ben] = [await campus.join('Ada', { through: relay.port }), await campus.join('Ben')]
  const [first, second] = await openSecondTab(ada)
  await open(second, 'Everyone')
  await open(ben, 'Everyone')
  await first.page.close()
  await send(second, 'Still here')
  await expectMessages(ben, ['Still here'])
  await send(ben, 'So am I')
  await expectMessages(second, ['Still here', 'So am I'])
  await expectConnected(second)
  expect(relay.openSockets()).toBe(1)
})

test('a tab that the browser freezes hands over to the one in front', async ({ campus, relay }) => {
  const [ada, ben] = [await campus.join('Ada', { through: relay.port }), await campus.join('Ben')]
  const [first, second] = await openSecondTab(ada)
  for (const screen of [second, ben]) await open(screen, 'Everyone')
  const devtools = await ada.device.context.newCDPSession(first.page)
  await devtools.send('Page.setWebLifecycleState', { state: 'frozen' })
  await send(second, 'The other one sleeps')
  await expectMessages(ben, ['The other one sleeps'])
  await expectSent(second, 'The other one sleeps')
  await send(ben, 'Let it')
  await expectMessages(second, ['The other one sleeps', 'Let it'])
  await expect.poll(() => relay.openSockets()).toBe(1)

  await devtools.send('Page.setWebLifecycleState', { state: 'active' })
  await open(first, 'Everyone')
  await expectMessages(first, ['The other one sleeps', 'Let it'])
  await send(first, 'Good morning')
  await expectMessages(ben, ['The other one sleeps', 'Let it', 'Good morning'])
  expect(relay.openSockets()).toBe(1)
})

test('a tab that hangs and keeps the lead is relieved of it', async ({ campus, relay }) => {
  const [ada, ben] = [await campus.join('Ada', { through: relay.port }), await campus.join('Ben')]
  const [first, second] = await openSecondTab(ada)
  for (const screen of [second, ben]) await open(screen, 'Everyone')
  // Stopped as by a debugger: it keeps its lock and its socket, and answers nobody.
  const devtools = await ada.device.context.newCDPSession(first.page)
  await devtools.send('Debugger.enable')
  const paused = new Promise((resolve) => devtools.once('Debugger.paused', resolve))
  await devtools.send('Debugger.pause')
  await paused
  await send(second, 'The other one hangs')
  await expect(messages(ben)).toContainText(['The other one hangs'], { timeout: 20_000 })
  await expectSent(second, 'The other one hangs')

  await devtools.send('Debugger.resume')
  await devtools.detach()
  await open(first, 'Everyone')
  await send(first, 'I am back')
  await expectMessages(ben, ['The other one hangs', 'I am back'])
  await expect.poll(() => relay.openSockets()).toBe(1)
})
