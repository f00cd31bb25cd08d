import { launchOptions } from '../support/browser.ts'
import { untilAppears } from './support/appearing.ts'
import { chooseFromMenu, composer, expectMessages, expectSent, message, open, send } from './support/conversing.ts'
import * as room from './support/classroom.ts'
import { createClassroom } from './support/desk.ts'
import { whereDataIsForbidden } from './support/forbidden.ts'
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
    const steps = page.getByRole('region', { name: 'First steps' })
    await expect(steps.getByRole('img', { name: /^QR code/ })).toBeVisible()
    await expect(steps.getByText(`campus.lan:${device.wire.port}`)).toBeVisible()
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
    const copied = untilAppears(device, 'article', 'Copied')
    await message(device, 'let x = 1').getByRole('button', { name: 'Copy', exact: true }).click()
    await copied
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

test('where a browser keeps nothing for the site, each page says so and what to allow, and a classroom works online', async ({
  campus,
  browser,
}) => {
  const teacher = await campus.join('Dr Keller')
  const { path } = await createClassroom(teacher, { title: 'Optics' })
  const { url } = teacher.device
  const sentence = 'Allow this site to keep data'

  await test.step('with all site data forbidden', async () => {
    await whereDataIsForbidden(async (context) => {
      const page = await context.newPage()
      const screen = { page }
      await page.goto(new URL('/q/', url).href)
      await expect(page.getByText(sentence)).toBeVisible()
      await page.goto(new URL(path, url).href)
      await expect(page.getByText(sentence)).toBeVisible()
      // Until it is connected with all in memory, what one asks stays in its field: it would be lost with the tab.
      const field = room.askingField(screen)
      await field.fill('Is it kept?')
      await expect(async () => {
        if ((await field.inputValue()) !== '') await field.press('Enter', { timeout: 1_000 })
        await expect(field).toHaveValue('', { timeout: 3_000 })
      }).toPass()
      await room.expectBecame(screen, 'Is it kept?', 'Shown')
      await page.goto(url)
      await expect(page.getByText(sentence)).toBeVisible()
      await fillRegistration(screen, ADA)
      await expect(page.getByText('Your browser did not keep that you signed in.')).toBeVisible()
    })
  })

  await test.step('without a database, and without workers', async () => {
    const context = await browser.newContext()
    await context.addInitScript(() => {
      Object.defineProperty(window, 'indexedDB', { value: undefined })
      Reflect.deleteProperty(Navigator.prototype, 'serviceWorker')
    })
    const page = await context.newPage()
    await page.goto(url)
    await expect(page.getByText(sentence)).toBeVisible()
    await fillRegistration({ page }, ADA)
    await expectSignedIn({ page })
    await expect(page.getByRole('status', { name: 'Connection' })).toContainText('lost here when you close this tab')
    await open({ page }, 'Everyone')
    await send({ page }, 'From memory')
    await expectSent({ page }, 'From memory')
    await context.close()
  })

  await test.step('a device whose storage cannot be opened, and that has nothing to go on with in memory', async () => {
    const context = await browser.newContext()
    await context.addInitScript(() => {
      IDBFactory.prototype.open = () => {
        throw new DOMException('forbidden', 'SecurityError')
      }
    })
    await context.route(/emergency/, (route) => route.abort())
    const page = await context.newPage()
    await page.goto(url)
    await expect(page.getByRole('heading', { name: 'This browser keeps nothing for this site' })).toBeVisible()
    await context.close()
  })
})
