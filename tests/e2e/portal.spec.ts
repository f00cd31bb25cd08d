import { connectionLine, expectConnected, waitUntilInstalled } from './support/connection.ts'
import { expectMessages, expectSent, expectWaiting, open, send } from './support/conversing.ts'
import { INSTALLED, type Device } from './support/device.ts'
import { expectSignedIn, trySignIn } from './support/entering.ts'
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
function moveTo(device: Device, port: number): void {
  device.wire.retarget(port)
  device.wire.cut()
  device.wire.restore()
}

test('a Wi-Fi that answers in the server’s place is told apart and loses nothing, and where no WebSocket gets through messages go all the same', async ({
  campus,
  portals,
  relay,
}) => {
  const [me, ben] = [await campus.enrol('Ada'), await campus.enrol('Ben')]
  const direct = await me.beginDirect(ben)
  await me.send(direct, 'Hello')
  const device = await campus.openDevice(INSTALLED)
  const { page } = device
  const ada = { page }

  await test.step('somebody new hears of the Wi-Fi on the form, and keeps what they typed', async () => {
    const handle = page.getByRole('textbox', { name: 'Handle' })
    await expect(handle).toBeVisible()
    await waitUntilInstalled(ada)
    moveTo(device, portals.page.port)
    await trySignIn(ada, me)
    await expect(page.getByRole('alert')).toContainText('This Wi-Fi wants you to sign in to it first.')
    await expect(handle).toHaveValue(me.handle)
    moveTo(device, campus.server.port)
    await page.getByRole('button', { name: 'Sign in', exact: true }).click()
    await expectSignedIn(ada)
  })

  await open(ada, 'Ben')
  const said = ['Hello']
  for (const kind of ['page', 'redirect'] as const) {
    await test.step(`a Wi-Fi that answers with a ${kind} of its own is told apart, and nothing is lost`, async () => {
      await expectConnected(ada)
      moveTo(device, portals[kind].port)
      await expect(connectionLine(ada)).toContainText('Sign in to the Wi-Fi first')
      if (kind === 'page') {
        const [login] = await Promise.all([
          page.context().waitForEvent('page'),
          connectionLine(ada).getByRole('link', { name: 'Open its page' }).click(),
        ])
        await expect(login.getByRole('heading')).toHaveText('Welcome to Campus Guest')
        await login.close()
      }
      await send(ada, `It answers with a ${kind}`)
      said.push(`It answers with a ${kind}`)
      await expect(connectionLine(ada)).toContainText('Sign in to the Wi-Fi first, 1 message waiting')
      await page.reload()
      await expectMessages(ada, said)
      await expectWaiting(ada, `It answers with a ${kind}`)
      await expect(connectionLine(ada)).toContainText('Sign in to the Wi-Fi first, 1 message waiting')

      moveTo(device, campus.server.port)
      await expectConnected(ada)
      await expectSent(ada, `It answers with a ${kind}`)
      expect(await ben.read(direct)).toEqual(said)
      await ben.send(direct, `Not with a ${kind} any more`)
      said.push(`Not with a ${kind} any more`)
      await expectMessages(ada, said)
    })
  }

  await test.step('where no WebSocket gets through, messages go both ways all the same', async () => {
    relay.blockSockets()
    moveTo(device, relay.port)
    for (const round of ['Once', 'Again']) {
      await send(ada, `${round} by request`)
      said.push(`${round} by request`)
      await expect.poll(() => ben.read(direct)).toEqual(said)
      await ben.send(direct, `${round} by answer`)
      said.push(`${round} by answer`)
      await expectMessages(ada, said)
      await expectConnected(ada)
    }
    await expectSent(ada, 'Again by request')
    expect(relay.openSockets()).toBe(0)
  })
})
