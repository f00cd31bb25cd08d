import { expectConnected } from './support/connection.ts'
import { expectLatest, open, openDirect, send } from './support/conversing.ts'
import { expectEntrance, expectSignedIn, signIn, trySignIn } from './support/entering.ts'
import type { Screen } from './support/person.ts'
import { expect, test } from './support/test.ts'

const NEW_PASSWORD = 'a better horse battery'

async function openSettings({ page }: Screen): Promise<void> {
  await page.getByRole('link', { name: 'Settings' }).click()
  await expect(page.getByRole('heading', { level: 1, name: 'Settings' })).toBeVisible()
}

const sessions = ({ page }: Screen) => page.getByRole('region', { name: 'Where you are signed in' })
const sheet = ({ page }: Screen) => page.getByRole('dialog', { name: 'Sign in again' })

test('a session that is ended from another device is over at once', async ({ campus }) => {
  const ada = await campus.join('Ada')
  const ben = await campus.join('Ben')
  const phone = await campus.openDevice()
  await signIn(phone, ada)
  await expectConnected(phone)
  await openSettings(ada)
  await expect(sessions(ada).getByRole('listitem')).toHaveCount(2)
  await expect(sessions(ada).getByRole('listitem').filter({ hasText: 'This device' })).toHaveCount(1)
  await sessions(ada)
    .getByRole('button', { name: /^Sign out/ })
    .click()
  // Within a second, on a machine that has nothing else to do.
  await expect(sheet(phone)).toBeVisible({ timeout: 5_000 })
  await expect(sessions(ada).getByRole('listitem')).toHaveCount(1)

  await open(ben, 'Everyone')
  await send(ben, 'Not for the phone')
  await expectLatest(ada, 'Everyone', 'Not for the phone')
  await expect(phone.page.getByText('Not for the phone')).toBeHidden()
  await sheet(phone).getByLabel('Password').fill(ada.password)
  await sheet(phone).getByRole('button', { name: 'Sign in' }).click()
  await expectLatest(phone, 'Everyone', 'Not for the phone')
})

test('a new password signs out every other device, and the old one is worth nothing', async ({ campus }) => {
  const ada = await campus.join('Ada')
  const phone = await campus.openDevice()
  await signIn(phone, ada)
  await openSettings(ada)
  const form = ada.page.getByRole('region', { name: 'Password' })
  const change = async (current: string, next: string) => {
    await form.getByLabel('Current password').fill(current)
    await form.getByLabel('New password').fill(next)
    await form.getByRole('button', { name: 'Change password' }).click()
  }
  await change(ada.password, 'short')
  await expect(form.getByLabel('New password')).toHaveAccessibleDescription('The password has fewer than 8 characters.')
  await change('not her password', NEW_PASSWORD)
  await expect(form.getByLabel('Current password')).toHaveAccessibleDescription('That is not your current password.')
  await change(ada.password, NEW_PASSWORD)
  await expect(form).toContainText('Changed. Every other device has been signed out.')
  await expectConnected(ada)

  await expect(sheet(phone)).toBeVisible({ timeout: 5_000 })
  await sheet(phone).getByLabel('Password').fill(ada.password)
  await sheet(phone).getByRole('button', { name: 'Sign in' }).click()
  await expect(sheet(phone).getByRole('alert')).toHaveText('The handle or the password is wrong.')
  await sheet(phone).getByLabel('Password').fill(NEW_PASSWORD)
  await sheet(phone).getByRole('button', { name: 'Sign in' }).click()
  await expectConnected(phone)
})

test('a new name is the one that everybody sees, also of what was said before', async ({ campus }) => {
  const [ada, ben] = [await campus.join('Ada'), await campus.join('Ben')]
  await openDirect(ada, 'Ben')
  await send(ada, 'Hello')
  await expectLatest(ben, 'Ada', 'Hello')
  await openSettings(ada)
  await ada.page.getByRole('textbox', { name: 'Name' }).fill('Ada Lovelace')
  await ada.page.getByRole('button', { name: 'Save name' }).click()
  await expectLatest(ben, 'Ada Lovelace', 'Hello')
})

test('who signs out comes back to the entrance, and to everything after signing in', async ({ campus }) => {
  const ada = await campus.join('Ada')
  await open(ada, 'Everyone')
  await send(ada, 'Hello')
  await openSettings(ada)
  await ada.page.getByRole('button', { name: 'Sign out', exact: true }).click()
  await ada.page.getByRole('dialog').getByRole('button', { name: 'Sign out' }).click()
  await expectEntrance(ada)
  await ada.page.reload()
  await expectEntrance(ada)
  await trySignIn(ada, ada)
  await expectSignedIn(ada)
  await expectLatest(ada, 'Everyone', 'Hello')
})
