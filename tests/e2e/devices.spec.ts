import { expectConnected } from './support/connection.ts'
import { expectLatest, open, send } from './support/conversing.ts'
import { signIn } from './support/entering.ts'
import { expect, test } from './support/test.ts'

test('the list of devices says which are up to date, and signs one out', async ({ campus }) => {
  const [ada, ben] = [await campus.join('Ada'), await campus.join('Ben')]
  const phone = await campus.openDevice()
  await signIn(phone, ada)
  const { page } = ada
  await page.goto('/settings')
  const devices = page.getByRole('region', { name: 'Where you are signed in' }).getByRole('listitem')
  // The server hears every 15 seconds how far a device is, and this list looks every 10. It tells of steps of five minutes:
  // that a device fell behind since, `tests/server/accounts/sessions.test.ts` shows.
  const LATER = { timeout: 60_000 }
  await expect(devices.filter({ hasText: 'This device' })).toContainText('Up to date')
  await expect(devices.filter({ hasText: 'Last here' })).toContainText('Up to date', LATER)

  await phone.goOffline()
  await open(ben, 'Everyone')
  await send(ben, 'Hello')
  await expectLatest(ada, 'Everyone', 'Hello')
  await expect(devices.filter({ hasText: 'This device' })).toContainText('Up to date')
  await devices
    .filter({ hasText: 'Last here' })
    .getByRole('button', { name: /^Sign out/ })
    .click()
  await expect(devices).toHaveCount(1)
  await phone.goOnline()
  await expect(phone.page.getByRole('dialog', { name: 'Sign in again' })).toBeVisible({ timeout: 30_000 })
  await expect(phone.page.getByText('Hello')).toBeHidden()
  await expectConnected(ada)
})
