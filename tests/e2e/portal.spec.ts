import { connectionLine, expectConnected, waitUntilInstalled } from './support/connection.ts'
import { expectMessages, expectSent, expectWaiting, open, openDirect, send } from './support/conversing.ts'
import { INSTALLED } from './support/device.ts'
import type { Person } from './support/person.ts'
import { openPortal, type Portal, type PortalKind } from './support/portal.ts'
import { createRelay, type Relay } from './support/relay.ts'
import { expect, test as base } from './support/test.ts'

// Networks that are there and yet are not: a captive portal, and a proxy that lets no WebSocket through.

interface Fixtures {
  portals: Record<PortalKind, Portal>
  relay: Relay
}

const test = base.extend<Fixtures>({
  portals: async ({}, use) => {
    const portals = { page: await openPortal('page'), redirect: await openPortal('redirect') }
    await use(portals)
    await Promise.all([portals.page.close(), portals.redirect.close()])
  },
  relay: async ({ campus }, use) => {
    const relay = await createRelay(campus.server.port)
    await use(relay)
    await relay.close()
  },
})

/** The device changes networks: what was open breaks, what is new goes elsewhere. */
function moveTo(person: Person, port: number): void {
  person.device.wire.retarget(port)
  person.device.wire.cut()
  person.device.wire.restore()
}

for (const kind of ['page', 'redirect'] as const) {
  test(`a Wi-Fi that answers with a ${kind} of its own is told apart, and nothing is lost`, async ({
    campus,
    portals,
  }) => {
    const [ada, ben] = [await campus.join('Ada', INSTALLED), await campus.join('Ben')]
    await openDirect(ada, 'Ben')
    await send(ada, 'Hello')
    await open(ben, 'Ada')
    await waitUntilInstalled(ada)

    moveTo(ada, portals[kind].port)
    await expect(connectionLine(ada)).toContainText('Sign in to the Wi-Fi first')
    await send(ada, 'This Wi-Fi wants something')
    await expect(connectionLine(ada)).toContainText('Sign in to the Wi-Fi first, 1 message waiting')
    await ada.page.reload()
    await expectMessages(ada, ['Hello', 'This Wi-Fi wants something'])
    await expectWaiting(ada, 'This Wi-Fi wants something')
    await expect(connectionLine(ada)).toContainText('Sign in to the Wi-Fi first, 1 message waiting')

    moveTo(ada, campus.server.port)
    await expectConnected(ada)
    await expectMessages(ben, ['Hello', 'This Wi-Fi wants something'])
    await send(ben, 'I read you')
    await expectMessages(ada, ['Hello', 'This Wi-Fi wants something', 'I read you'])
  })
}

test('somebody new hears of the Wi-Fi on the form, and keeps what they typed', async ({ campus, portals }) => {
  const ada = await campus.enrol('Ada')
  const device = await campus.openDevice()
  const handle = device.page.getByRole('textbox', { name: 'Handle' })
  await expect(handle).toBeVisible()
  device.wire.retarget(portals.page.port)
  device.wire.cut()
  device.wire.restore()
  await handle.fill(ada.handle)
  await device.page.getByLabel('Password').fill(ada.password)
  await device.page.getByRole('button', { name: 'Sign in', exact: true }).click()
  await expect(device.page.getByRole('alert')).toContainText('This Wi-Fi wants you to sign in to it first.')
  await expect(handle).toHaveValue(ada.handle)
})

test('where no WebSocket gets through, messages go both ways all the same', async ({ campus, relay }) => {
  const [ada, ben] = [await campus.join('Ada', { through: relay.port }), await campus.join('Ben')]
  for (const person of [ada, ben]) await open(person, 'Everyone')
  relay.blockSockets()
  await send(ada, 'By request')
  await expectSent(ada, 'By request')
  await expectMessages(ben, ['By request'])
  await send(ben, 'By answer')
  await expectMessages(ada, ['By request', 'By answer'])
  await expectConnected(ada)
  await send(ada, 'Again')
  await send(ben, 'And again')
  for (const person of [ada, ben]) await expectMessages(person, ['By request', 'By answer', 'Again', 'And again'])
  expect(relay.openSockets()).toBe(0)
})
