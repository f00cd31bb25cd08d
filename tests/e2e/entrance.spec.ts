import { expectEntrance, expectSignedIn, fillRegistration, signOut, trySignIn } from './support/entering.ts'
import { expect, test } from './support/test.ts'

test('what is wrong is said at its field, and nothing typed is lost, whether one is new or comes back', async ({
  campus,
}) => {
  const ada = await campus.enrol('Ada')
  const device = await campus.openDevice()
  const { page } = device
  const field = (name: string) => page.getByRole('textbox', { name })
  const password = page.getByLabel('Password')

  await test.step('a handle is explained, and who has a classroom’s code is led there', async () => {
    await device.page.goto('/')
    await expect(field('Handle')).toHaveAccessibleDescription('Your short name here, as in @ada.')
    await page.getByRole('link', { name: 'I have a classroom code' }).click()
    await expect(page).toHaveURL(/\/q$/)
    await page.goto('/')
  })

  await test.step('what is wrong with a registration is said at its field', async () => {
    await fillRegistration(device, { name: ' ', handle: '1', password: 'short' })
    await expect(field('Name')).toHaveAccessibleDescription('The name is empty.')
    await expect(field('Handle')).toHaveAccessibleDescription(/^The handle has fewer than 3 characters\.$/)
    await expect(password).toHaveAccessibleDescription('The password has fewer than 8 characters.')
    await expect(field('Name')).toBeFocused()

    await fillRegistration(device, { name: 'Another Ada', handle: 'ada', password: 'of another one' })
    await expect(field('Handle')).toHaveAccessibleDescription('Somebody already has this handle.')
    await expect(field('Handle')).toBeFocused()
    await expect(field('Name')).toHaveValue('Another Ada')
    await expect(password).toHaveValue('of another one')

    await field('Handle').fill('Ada.Two')
    await page.keyboard.press('Enter')
    await expectSignedIn(device)
  })

  await test.step('who is new sees the three things one can do, and how others come in', async () => {
    const steps = page.getByRole('region', { name: 'First steps' })
    await expect(steps.getByRole('link')).toHaveText([/^Write to somebody/, /^Make a group/, /^Open a classroom/])
    await expect(steps.getByText(new URL(page.url()).host)).toBeVisible()
    await expect(steps).toContainText('leads here from this machine alone')
    await expect(steps.getByRole('img', { name: /^QR code/ })).toHaveCount(0)
    await steps.getByRole('link', { name: /^Make a group/ }).click()
    await expect(page).toHaveURL(/groups\/new$/)
    await signOut(device)
  })

  await test.step('a registration whose answer was lost is taken up when it is tried again', async () => {
    // The account exists; this browser never heard so.
    await fillRegistration(device, ada)
    await expectSignedIn(device)
    await signOut(device)
  })

  await test.step('with no network the form says so, and works once there is one; a handle is typed as people type', async () => {
    await expectEntrance(device)
    await device.goOffline()
    await trySignIn(device, { ...ada, handle: ' ADA ' })
    await expect(page.getByRole('alert')).toContainText('ChatBox cannot be reached right now.')
    await device.goOnline()
    await page.getByRole('button', { name: 'Sign in', exact: true }).click()
    await expectSignedIn(device)
    await page.reload()
    await expectSignedIn(device)
  })
})
