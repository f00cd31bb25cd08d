import type { Page, WebSocket } from '@playwright/test'
import { EVERYONE_ID } from '../../shared/protocol/fields.ts'
import { expectConnected } from './support/connection.ts'
import { expectMessages, expectSent, open, send } from './support/conversing.ts'
import type { Person, Screen } from './support/person.ts'
import { createRelay, type Relay } from './support/relay.ts'
import { test as base, expect } from './support/test.ts'

// Several tabs of one account are one device: one of them talks to the server, whichever can.

const test = base.extend<{ relay: Relay }>({
  relay: async ({ campus }, use) => {
    const relay = await createRelay(campus.server.port)
    await use(relay)
    await relay.close()
  },
})

/** Resolves when the tab talks to the server. */
function watchLead(page: Page): () => Promise<void> {
  const sockets: WebSocket[] = []
  page.on('websocket', (socket) => sockets.push(socket))
  return () => expect.poll(() => sockets.some((socket) => !socket.isClosed())).toBe(true)
}

/** As by a debugger: it keeps its lock and its socket, and answers nobody. Resolves with what lets it go on. */
async function stop({ device }: Person, { page }: Screen): Promise<() => Promise<void>> {
  const devtools = await device.context.newCDPSession(page)
  await devtools.send('Debugger.enable')
  const paused = new Promise((resolve) => devtools.once('Debugger.paused', resolve))
  await devtools.send('Debugger.pause')
  await paused
  return async () => {
    await devtools.send('Debugger.resume')
    await devtools.detach()
  }
}

test('of two tabs one talks to the server: the other one takes over when it freezes, hangs or is closed', async ({
  campus,
  relay,
}) => {
  const ben = await campus.enrol('Ben')
  const ada = await campus.join('Ada', { through: relay.port })
  const first = { page: ada.page }
  const firstLeads = watchLead(first.page)
  const second = { page: await ada.device.openTab() }
  const secondLeads = watchLead(second.page)
  const said: string[] = []
  /** Ben has heard it, once, after everything before. */
  const expectHeard = async (text: string) => {
    said.push(text)
    await expect.poll(() => ben.read(EVERYONE_ID)).toEqual(said)
  }

  await test.step('both write, over one socket, and each shows what the other wrote', async () => {
    for (const screen of [first, second]) await open(screen, 'Everyone')
    await send(first, 'From the first')
    await send(second, 'From the second')
    await Promise.all([send(first, 'Both, one'), send(second, 'Both, two')])
    await expect.poll(() => ben.read(EVERYONE_ID)).toHaveLength(4)
    await ben.send(EVERYONE_ID, 'I read you')
    said.push(...(await ben.read(EVERYONE_ID)))
    expect(said.toSorted()).toEqual(['Both, one', 'Both, two', 'From the first', 'From the second', 'I read you'])
    for (const screen of [first, second]) await expectMessages(screen, said)
    expect(relay.mostSockets()).toBe(1)
    expect(relay.openSockets()).toBe(1)
  })

  await test.step('one that the browser freezes hands over to the one in front', async () => {
    // A browser freezes only what nobody sees, and here every tab is seen: all that it gets is the event.
    await first.page.evaluate(() => document.dispatchEvent(new Event('freeze')))
    await secondLeads()
    await send(second, 'The other one sleeps')
    await expectHeard('The other one sleeps')
    await expectSent(second, 'The other one sleeps')
    await ben.send(EVERYONE_ID, 'Let it')
    said.push('Let it')
    await expectMessages(second, said)
    await expect.poll(() => relay.openSockets()).toBe(1)

    await expectMessages(first, said)
    await send(first, 'Good morning')
    await expectHeard('Good morning')
    expect(relay.openSockets()).toBe(1)
  })

  await test.step('one that hangs and keeps the lead is relieved of it', async () => {
    await expectConnected(second)
    const goOn = await stop(ada, second)
    await send(first, 'The other one hangs')
    await expectHeard('The other one hangs')
    await expectSent(first, 'The other one hangs')

    await firstLeads()
    await goOn()
    await send(second, 'I am back')
    await expectHeard('I am back')
    await expect.poll(() => relay.openSockets()).toBe(1)
  })

  await test.step('when it is closed, the other one takes over', async () => {
    await first.page.close()
    await send(second, 'Still here')
    await expectHeard('Still here')
    await ben.send(EVERYONE_ID, 'So am I')
    said.push('So am I')
    await expectMessages(second, said)
    await expectConnected(second)
    await secondLeads()
    expect(relay.openSockets()).toBe(1)
  })
})
