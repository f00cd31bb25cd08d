import { createRelay } from './support/relay.ts'
import { expect, test } from './support/test.ts'

test('a screen that the network did not bring says so, and comes when it is asked for again', async ({ campus }) => {
  const relay = await createRelay(campus.server.port)
  // The very first visit: nothing is on the device yet.
  relay.breakOff(/assets\/people-/)
  const { page } = await campus.join('Ada', { through: relay.port })
  await page.getByRole('link', { name: 'People', exact: true }).click()
  await expect(page.getByRole('heading', { name: 'This did not load' })).toBeVisible()
  relay.breakOff(null)
  await page.getByRole('button', { name: 'Try again' }).click()
  await expect(page.getByRole('heading', { level: 1, name: 'People' })).toBeVisible()
  await relay.close()
})
