import { setTimeout } from 'node:timers/promises'
import { EVERYONE_ID } from '../../shared/protocol/fields.ts'
import { untilAppears } from './support/appearing.ts'
import { expectConnected, waitUntilInstalled } from './support/connection.ts'
import { chooseForConversation, entry, expectMessages, open } from './support/conversing.ts'
import { INSTALLED } from './support/device.ts'
import { signIn, trySignIn } from './support/entering.ts'
import { createRelay, type Relay } from './support/relay.ts'
import { expect, test as base } from './support/test.ts'

// The very first visit, when nothing is on the device yet, on a network that comes and goes.

const test = base.extend<{ relay: Relay }>({
  relay: async ({ campus }, use) => {
    const relay = await createRelay(campus.server.port)
    // All screens but the conversation: see `nameChunks` in vite.config.ts.
    relay.breakOff(/assets\/(?:ahead|pack)-/)
    // Only an installation asks for the page by its name.
    relay.takeOver(/^\/index\.html/)
    await use(relay)
    await relay.close()
  },
})

test('a screen that did not arrive comes when it is asked for again, and an installation that was broken off is taken up again', async ({
  campus,
  relay,
}) => {
  const ada = await campus.enrol('Ada')
  const device = await campus.openDevice({ through: relay.port, ...INSTALLED })
  const { page } = device
  const people = page.getByRole('heading', { level: 1, name: 'People' })
  const afterAMinute = async <Value>(look: () => Value) => {
    await page.clock.fastForward(60_000)
    return look()
  }

  await test.step('a Wi-Fi that wants a sign-in answers with a page of its own, which is not taken for one of ours', async () => {
    await expect.poll(relay.takenOver).toBeGreaterThan(0)
    await page.clock.install()
    const before = relay.takenOver()
    await page.reload()
    await expect.poll(relay.takenOver).toBeGreaterThan(before)
    relay.takeOver(null)
  })

  await test.step('a screen that did not arrive says so, and comes when it is asked for again', async () => {
    await signIn(device, ada)
    await page.getByRole('link', { name: 'People', exact: true }).click()
    await expect(page.getByRole('heading', { name: 'This did not load' })).toBeVisible()
    const before = relay.brokenOff()
    await expect.poll(() => afterAMinute(relay.brokenOff)).toBeGreaterThan(before)
    relay.breakOff(null)
    await page.getByRole('button', { name: 'Try again' }).click()
    await expect(people).toBeVisible()
  })

  await test.step('an installation that was broken off is taken up again while the page is open', async () => {
    const countInstallations = () =>
      page.evaluate(async () => (await navigator.serviceWorker.getRegistrations()).length)
    await expect.poll(() => afterAMinute(countInstallations)).toBe(1)
    await waitUntilInstalled(device)
    await device.goOffline()
    await page.reload()
    await expect(people).toBeVisible()
  })
})

test('a screen whose style sheet broke off ahead of time comes whole when it is opened', async ({ campus, relay }) => {
  const [ada] = [await campus.enrol('Ada'), await campus.enrol('Ben')]
  relay.takeOver(null)
  const device = await campus.openDevice({ through: relay.port })
  await signIn(device, ada)
  await expect.poll(relay.brokenOff).toBeGreaterThan(1)
  relay.breakOff(null)
  await device.page.getByRole('link', { name: 'People', exact: true }).click()
  await expect(device.page.getByRole('list', { name: 'People' }).getByRole('link', { name: /^Ben/ })).toBeVisible()
})

test('parts of the app that broke off come without a reload: by themselves, or when what needs them is asked for again', async ({
  campus,
  relay,
}) => {
  const [ada, ben] = [await campus.enrol('Ada'), await campus.enrol('Ben')]
  relay.takeOver(null)
  relay.breakOff(/assets\/(?:(?:conversation|ahead|date-dialog)-.*js|pack-.*bin)$/)
  const device = await campus.openDevice({ through: relay.port })
  const { page } = device

  await test.step('what talks to the server comes once there is a network', async () => {
    // The page asks at once whether it has a session; who signs in while that cannot be loaded is told so.
    await expect.poll(relay.brokenOff).toBeGreaterThan(0)
    await trySignIn(device, ada)
    await expect(page.getByRole('alert')).toContainText('ChatBox cannot be reached right now')
    relay.breakOff(/assets\/(?:(?:ahead|date-dialog)-.*js|pack-.*bin)$/)
    await signIn(device, ada)
    await expectConnected(device)
    await ben.send(EVERYONE_ID, 'Good morning')
    await open(device, 'Everyone')
    await expectMessages(device, ['Good morning'])
  })

  await test.step('a menu that did not come says so, and opens when it is asked for again', async () => {
    const attach = page.getByRole('button', { name: 'Attach' })
    const said = untilAppears(device, '[role="status"]', 'This did not load: the network went away')
    await attach.click()
    await said
    relay.breakOff(/assets\/(?:date-dialog-.*js|pack-.*bin)$/)
    await attach.click()
    await expect(page.getByRole('menuitem', { name: 'Files' })).toBeVisible()
    await page.keyboard.press('Escape')
    await expect(page.getByRole('menuitem')).toHaveCount(0)
  })

  await test.step('what brings the news comes by itself once there is a network', async () => {
    const inspector = await device.context.newCDPSession(page)
    await inspector.send('Network.enable')
    await inspector.send('Network.setCacheDisabled', { cacheDisabled: true })
    relay.breakOff(/assets\/(?:(?:conversation|date-dialog)-.*js|pack-.*bin)$/)
    const before = relay.brokenOff()
    await page.goto('/')
    await expect.poll(relay.brokenOff).toBeGreaterThan(before)
    // Until all that asks at first was broken off.
    for (let last = -1; last !== relay.brokenOff(); await setTimeout(2_000)) last = relay.brokenOff()
    await ben.send(EVERYONE_ID, 'Good evening')
    relay.breakOff(/assets\/(?:date-dialog-.*js|pack-.*bin)$/)
    await expect(entry(device, 'Everyone')).toContainText('Good evening')
    await inspector.detach()
    // What had to be on the screen meanwhile says that it did not load, and to try again.
    await page.reload()
    await open(device, 'Everyone')
  })

  await test.step('a dialog that did not come says so, and opens when it is asked for again', async () => {
    const said = untilAppears(device, '[role="status"]', 'This did not load: the network went away')
    await chooseForConversation(device, 'Jump to a date')
    await said
    relay.breakOff(null)
    await chooseForConversation(device, 'Jump to a date')
    await expect(page.getByRole('dialog', { name: 'Jump to a date' })).toBeVisible()
  })
})
