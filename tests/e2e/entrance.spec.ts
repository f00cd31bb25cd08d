import { PASSWORD } from './support/campus.ts'
import { expectEntrance, expectSignedIn, fillRegistration, signIn, trySignIn } from './support/entering.ts'
import { expect, test } from './support/test.ts'

test('what is wrong with a registration is said at its field, and nothing typed is lost', async ({ campus }) => {
  await campus.enrol('Ada')
  const { page } = await campus.openDevice()
  const field = (name: string) => page.getByRole('textbox', { name })
  const password = page.getByLabel('Password')

  await fillRegistration({ page }, { name: ' ', handle: '1', password: 'short' })
  await expect(field('Name')).toHaveAccessibleDescription('The name is empty.')
  await expect(field('Handle')).toHaveAccessibleDescription(/^The handle has fewer than 3 characters\.$/)
  await expect(password).toHaveAccessibleDescription('The password has fewer than 8 characters.')
  await expect(field('Name')).toBeFocused()

  await fillRegistration({ page }, { name: 'Another Ada', handle: 'ada', password: 'of another one' })
  await expect(field('Handle')).toHaveAccessibleDescription('Somebody already has this handle.')
  await expect(field('Handle')).toBeFocused()
  await expect(field('Name')).toHaveValue('Another Ada')
  await expect(password).toHaveValue('of another one')

  await field('Handle').fill('Ada.Two')
  await page.keyboard.press('Enter')
  await expectSignedIn({ page })
})

test('a registration whose answer was lost is taken up when it is tried again', async ({ campus }) => {
  const device = await campus.openDevice()
  // The account exists; this browser never heard so.
  const ada = await campus.enrol('Ada')
  await fillRegistration(device, ada)
  await expectSignedIn(device)
})

test('with no network the form says so, and works once there is one', async ({ campus }) => {
  const ada = await campus.enrol('Ada')
  const device = await campus.openDevice()
  await expectEntrance(device)
  await device.goOffline()
  await trySignIn(device, ada)
  await expect(device.page.getByRole('alert')).toContainText('ChatBox cannot be reached right now.')
  await device.goOnline()
  await device.page.getByRole('button', { name: 'Sign in', exact: true }).click()
  await expectSignedIn(device)
})

test('a handle may be typed as people type', async ({ campus }) => {
  await campus.enrol('Ada')
  const device = await campus.openDevice()
  await signIn(device, { handle: ' ADA ', password: PASSWORD })
  await device.page.reload()
  await expectSignedIn(device)
})
