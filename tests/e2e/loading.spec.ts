import { waitUntilInstalled } from './support/connection.ts'
import { INSTALLED } from './support/device.ts'
import { expectEntrance } from './support/entering.ts'
import { createRelay, type Relay } from './support/relay.ts'
import { expect, test as base } from './support/test.ts'

// The very first visit, when nothing is on the device yet, on a network that comes and goes.

const test = base.extend<{ relay: Relay }>({
  relay: async ({ campus }, use) => {
    const relay = await createRelay(campus.server.port)
    relay.breakOff(/assets\/people-/)
    await use(relay)
    await relay.close()
  },
})

test('a screen that did not arrive says so, and comes when it is asked for again', async ({ campus, relay }) => {
  const { page } = await campus.join('Ada', { through: relay.port })
  await page.getByRole('link', { name: 'People', exact: true }).click()
  await expect(page.getByRole('heading', { name: 'This did not load' })).toBeVisible()
  relay.breakOff(null)
  await page.getByRole('button', { name: 'Try again' }).click()
  await expect(page.getByRole('heading', { level: 1, name: 'People' })).toBeVisible()
})

test('an installation that was broken off is taken up again while the page is open', async ({ campus, relay }) => {
  const device = await campus.openDevice({ through: relay.port, ...INSTALLED })
  await expect.poll(() => relay.brokenOff()).toBeGreaterThan(0)
  await device.page.clock.install()
  const before = relay.brokenOff()
  await device.page.reload()
  await expect.poll(() => relay.brokenOff()).toBeGreaterThan(before)
  relay.breakOff(null)
  await expect
    .poll(async () => {
      await device.page.clock.fastForward(60_000)
      return device.page.evaluate(async () => (await navigator.serviceWorker.getRegistrations()).length)
    })
    .toBe(1)
  await waitUntilInstalled(device)
  await device.goOffline()
  await device.page.reload()
  await expectEntrance(device)
})
