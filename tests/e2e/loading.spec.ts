import { expectSignedIn } from './support/entering.ts'
import { expect, test } from './support/test.ts'

test('a screen that the network did not bring says so, and comes when it is asked for again', async ({ campus }) => {
  const ada = await campus.join('Ada')
  // As on the very first visit, when the app is not on the device yet.
  const page = await ada.device.context.newPage()
  await page.addInitScript(() => Reflect.deleteProperty(Navigator.prototype, 'serviceWorker'))
  await page.route('**/assets/people-*.js', (route) => route.abort())
  await page.goto('/')
  await expectSignedIn({ page })
  await page.getByRole('link', { name: 'People', exact: true }).click()
  await expect(page.getByRole('heading', { name: 'This did not load' })).toBeVisible()
  await page.unrouteAll()
  await page.getByRole('button', { name: 'Try again' }).click()
  await expect(page.getByRole('heading', { level: 1, name: 'People' })).toBeVisible()
})
