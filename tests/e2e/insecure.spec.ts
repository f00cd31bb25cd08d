import { launchOptions } from '../support/browser.ts'
import { chooseFromMenu, composer, expectMessages, expectSent, message, open, send } from './support/conversing.ts'
import { expectSignedIn, fillRegistration, signIn, signOut } from './support/entering.ts'
import { expect, test } from './support/test.ts'

// A name of a LAN over http: what browsers give to encrypted pages and to localhost alone is not there.
const resolving = '--host-resolver-rules=MAP campus.lan 127.0.0.1'
test.use({ launchOptions: { ...launchOptions, args: [...(launchOptions.args ?? []), resolving] } })

const ADA = { name: 'Ada', handle: 'ada', password: 'correct horse battery' }

test('over http on a LAN name the app says what is missing before one registers, works, and copies all the same', async ({
  campus,
}) => {
  const device = await campus.openDevice()
  const { page } = device

  await test.step('over localhost, where nothing is missing, the entrance says nothing of it', async () => {
    await expect(page.getByRole('heading', { name: 'Sign in' })).toBeVisible()
    await expect(page.getByText('This address has no https.')).toHaveCount(0)
  })

  await test.step('on a LAN name it says so before one registers', async () => {
    await page.goto(`http://campus.lan:${device.wire.port}/`)
    expect(await page.evaluate(() => [isSecureContext, 'locks' in navigator, 'clipboard' in navigator])).toEqual([
      ...[false, false, false],
    ])
    const notice = page.getByRole('status').filter({ hasText: 'This address has no https.' })
    await expect(notice).toContainText('in one tab')
    await page.getByRole('button', { name: 'Create an account' }).click()
    await expect(notice).toContainText('does not open offline')
  })

  await test.step('it works', async () => {
    await fillRegistration(device, ADA)
    await expectSignedIn(device)
    await open(device, 'Everyone')
    await send(device, 'Before')
    await expectSent(device, 'Before')
    await page.reload()
    await expectMessages(device, ['Before'])
    await send(device, 'After')
    await expectSent(device, 'After')
  })

  await test.step('texts are copied, and the device is described without asking its storage', async () => {
    await send(device, 'Take me along')
    await chooseFromMenu(device, 'Take me along', 'Copy text')
    await composer(device).press('Control+V')
    await expect(composer(device)).toHaveValue('Take me along')
    await composer(device).fill('')
    await composer(device).fill('```\nlet x = 1\n```')
    await composer(device).press('Enter')
    await message(device, 'let x = 1').getByRole('button', { name: 'Copy', exact: true }).click()
    await expect(message(device, 'let x = 1').getByText('Copied')).toBeVisible()
    await composer(device).press('Control+V')
    await expect(composer(device)).toHaveValue('let x = 1')
    await composer(device).fill('')

    await page.getByRole('link', { name: 'Settings' }).click()
    const onDevice = page.getByRole('region', { name: 'On this device' })
    await expect(onDevice).toContainText('Without https ChatBox cannot be installed')
    await expect(onDevice).toContainText('The browser may clear your messages')
  })

  await test.step('and all is there after signing in again', async () => {
    await signOut(device)
    await signIn(device, ADA)
    await open(device, 'Everyone')
    await expectMessages(device, ['Before', 'After', 'Take me along', 'let x = 1'])
  })
})
