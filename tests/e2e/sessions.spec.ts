import { EVERYONE_ID } from '../../shared/protocol/fields.ts'
import { renameProfile } from '../support/campus.ts'
import { expectConnected } from './support/connection.ts'
import { expectLatest } from './support/conversing.ts'
import { expectEntrance, expectSignedIn, signIn, signInAgain, signInSheet, trySignIn } from './support/entering.ts'
import type { Screen } from './support/person.ts'
import { expect, test } from './support/test.ts'

const NEW_PASSWORD = 'a better horse battery'

async function openSettings({ page }: Screen): Promise<void> {
  await page.getByRole('link', { name: 'Settings' }).click()
  await expect(page.getByRole('heading', { level: 1, name: 'Settings' })).toBeVisible()
}

const sessions = ({ page }: Screen) => page.getByRole('region', { name: 'Where you are signed in' })
const thisOne = (screen: Screen) => sessions(screen).getByRole('listitem').filter({ hasText: 'This device' })
const other = (screen: Screen) => sessions(screen).getByRole('listitem').filter({ hasText: 'Last here' })

async function endOther(screen: Screen): Promise<void> {
  await other(screen)
    .getByRole('button', { name: /^Sign out/ })
    .click()
  await expect(sessions(screen).getByRole('listitem')).toHaveCount(1)
}

test('a person’s devices: ended from another one, under a new password, with a new name, and signed out', async ({
  campus,
}) => {
  const [ada, ben] = [await campus.join('Ada'), await campus.enrol('Ben')]
  const phone = await campus.openDevice()
  await signIn(phone, ada)
  await expectConnected(phone)

  await test.step('the list of devices says which are up to date, and one of them goes out of reach', async () => {
    await ada.page.clock.install()
    await openSettings(ada)
    await expect(sessions(ada).getByRole('listitem')).toHaveCount(2)
    await expect(thisOne(ada)).toHaveCount(1)
    await expect(thisOne(ada)).toContainText('Up to date')
    // The server hears every 15 seconds how far a device is, and this list looks every 10. It speaks of steps of five
    // minutes: that a device fell behind since, `tests/server/accounts/sessions.test.ts` shows.
    await expect(async () => {
      await ada.page.clock.runFor(10_000)
      await expect(other(ada)).toContainText('Up to date', { timeout: 1_000 })
    }).toPass({ timeout: 60_000 })
    await phone.goOffline()
    await ben.send(EVERYONE_ID, 'Not for the phone')
    await expectLatest(ada, 'Everyone', 'Not for the phone')
    await expect(thisOne(ada)).toContainText('Up to date')
  })

  await test.step('a session that is ended while its device is away is over, and shows nothing new', async () => {
    await endOther(ada)
    await phone.goOnline()
    await expect(signInSheet(phone)).toBeVisible()
    await expect(phone.page.getByText('Not for the phone')).toBeHidden()
    await signInAgain(phone, ada.password)
    await expectLatest(phone, 'Everyone', 'Not for the phone')
    await expectConnected(phone)
  })

  await test.step('a session that is ended while its device is there is over at once', async () => {
    await ada.page.reload()
    await expect(sessions(ada).getByRole('listitem')).toHaveCount(2)
    await endOther(ada)
    await expect(signInSheet(phone)).toBeVisible()
    await ben.send(EVERYONE_ID, 'Nor this')
    await expectLatest(ada, 'Everyone', 'Nor this')
    await expect(phone.page.getByText('Nor this')).toBeHidden()
    await signInAgain(phone, ada.password)
    await expectLatest(phone, 'Everyone', 'Nor this')
  })

  await test.step('a new password signs out every other device, and the old one is worth nothing', async () => {
    const form = ada.page.getByRole('region', { name: 'Password' })
    const change = async (current: string, next: string) => {
      await form.getByLabel('Current password').fill(current)
      await form.getByLabel('New password').fill(next)
      await form.getByRole('button', { name: 'Change password' }).click()
    }
    await change(ada.password, 'short')
    const tooShort = 'The password has fewer than 8 characters.'
    await expect(form.getByLabel('New password')).toHaveAccessibleDescription(tooShort)
    await change('not her password', NEW_PASSWORD)
    await expect(form.getByLabel('Current password')).toHaveAccessibleDescription('That is not your current password.')
    await change(ada.password, NEW_PASSWORD)
    await expect(form).toContainText('Changed. Every other device has been signed out.')
    await expectConnected(ada)

    await expect(signInSheet(phone)).toBeVisible()
    await signInAgain(phone, ada.password)
    await expect(signInSheet(phone).getByRole('alert')).toHaveText('The handle or the password is wrong.')
    await signInAgain(phone, NEW_PASSWORD)
    await expectConnected(phone)
  })

  await test.step('who signs out comes back to the entrance, and to everything after signing in', async () => {
    await ada.page.getByRole('button', { name: 'Sign out', exact: true }).click()
    await ada.page.getByRole('dialog').getByRole('button', { name: 'Sign out' }).click()
    await expectEntrance(ada)
    await ada.page.reload()
    await expectEntrance(ada)
    await trySignIn(ada, { ...ada, password: NEW_PASSWORD })
    await expectSignedIn(ada)
    await expectLatest(ada, 'Everyone', 'Nor this')
  })

  await test.step('a new name is the one that everybody sees, also of what was said before', async () => {
    await ben.submit(renameProfile('Benjamin'))
    await expectLatest(ada, 'Everyone', 'Benjamin')
    await openSettings(ada)
    await ada.page.getByRole('textbox', { name: 'Name' }).fill('Ada Lovelace')
    await ada.page.getByRole('button', { name: 'Save name' }).click()
    await phone.page.getByRole('link', { name: 'Settings' }).click()
    await expect(phone.page.getByRole('textbox', { name: 'Name' })).toHaveValue('Ada Lovelace')
  })
})
