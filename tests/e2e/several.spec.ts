import { EVERYONE_ID } from '../../shared/protocol/fields.ts'
import { untilAppears } from './support/appearing.ts'
import { INSTALLED } from './support/device.ts'
import { leaveNetwork } from './support/connection.ts'
import {
  chooseFromMenu,
  composer,
  entry,
  expectLatest,
  expectMessages,
  message,
  messages,
  open,
  openDirect,
  reply,
  send,
} from './support/conversing.ts'
import { expect, test } from './support/test.ts'

test('several messages are chosen, copied, forwarded and deleted; what is deleted for oneself is gone for oneself alone', async ({
  campus,
}) => {
  const ben = await campus.enrol('Ben')
  const ada = await campus.join('Ada', INSTALLED)
  const { page } = ada
  await page.context().grantPermissions(['clipboard-read', 'clipboard-write'])
  await ben.send(EVERYONE_ID, 'One', '**Two**', 'Three', 'Four', 'Five')
  await open(ada, 'Everyone')
  const bar = page.getByRole('toolbar', { name: 'Selected messages' })
  const press = (name: string) => bar.getByRole('button', { name }).click()
  const box = (text: string) => message(ada, text).getByRole('checkbox')

  await test.step('from the menu, by clicks and keys; copied are the texts as they were written, in order', async () => {
    await chooseFromMenu(ada, 'Three', 'Select')
    await expect(bar.getByRole('status')).toHaveText('1 selected')
    await expect(message(ada, 'Three')).toBeFocused()
    await box('Two').click()
    await expect(box('Two')).toBeChecked()
    await expect(box('One')).not.toBeChecked()
    const { height = 0, width = 0 } = (await box('One').boundingBox()) ?? {}
    expect([height >= 44, width >= 44]).toEqual([true, true])
    await message(ada, 'One').focus()
    await page.keyboard.press('Space')
    await expect(bar.getByRole('status')).toHaveText('3 selected')
    await press('Copy')
    await expect(bar).toBeHidden()
    await expect(message(ada, 'Three')).toBeFocused()
    expect(await page.evaluate(() => navigator.clipboard.readText())).toBe('One\n**Two**\nThree')
  })

  await test.step('Esc and going back end it, and the conversation stays', async () => {
    await message(ada, 'Five').focus()
    await page.keyboard.press('x')
    await expect(bar).toBeVisible()
    await page.keyboard.press('Escape')
    await expect(bar).toBeHidden()
    await message(ada, 'Five').focus()
    await page.keyboard.press('x')
    await expect(bar).toBeVisible()
    await page.goBack()
    await expect(bar).toBeHidden()
    await expect(composer(ada)).toBeVisible()
  })

  await test.step('they are forwarded in order', async () => {
    await chooseFromMenu(ada, 'Five', 'Select')
    await expect(bar.getByRole('status')).toHaveText('1 selected')
    // At once: what was chosen last is not read yet.
    await box('Four').evaluate((element: HTMLElement) => {
      element.click()
      document.body.dispatchEvent(new KeyboardEvent('keydown', { key: 'f', bubbles: true }))
    })
    const dialog = page.getByRole('dialog', { name: 'Forward to' })
    await expect(dialog).toContainText('2 messages')
    await dialog.getByRole('searchbox').fill('Ben')
    await dialog.getByText('Ben', { exact: true }).click()
    await dialog.getByRole('button', { name: 'Forward' }).click()
    await expect(bar).toBeHidden()
    await openDirect(ada, 'Ben')
    await expectMessages(ada, ['Four', 'Five'])
    await open(ada, 'Everyone')
  })

  await test.step('deleted for oneself, offline too, they are nowhere, and come back with Undo', async () => {
    await ben.send(EVERYONE_ID, 'Six')
    await expectLatest(ada, 'Everyone', 'Six')
    await reply(ada, 'Six', 'Seven')
    await leaveNetwork(ada)
    await message(ada, 'Six').first().focus()
    await page.keyboard.press('x')
    await box('Five').click()
    await press('Delete')
    const dialog = page.getByRole('dialog', { name: 'Delete these 2 messages?' })
    await expect(dialog.getByRole('button', { name: 'Delete for everybody' })).toBeHidden()
    await dialog.getByRole('button', { name: 'Delete for me' }).click()
    await expectMessages(ada, ['One', 'Two', 'Three', 'Four', 'Seven'])
    await expect(message(ada, 'Seven')).toContainText('You deleted this message for yourself')
    await message(ada, 'Seven')
      .getByRole('button', { name: /Answers/ })
      .click()
    await expect(page.getByRole('status').filter({ hasText: 'You deleted this message for yourself.' })).toBeVisible()
    await page.getByRole('button', { name: 'Undo' }).click()
    await expect(messages(ada)).toHaveCount(7)
    await message(ada, 'Six').first().focus()
    await page.keyboard.press('Delete')
    await page.getByRole('button', { name: 'Delete for me' }).click()
    await expect(messages(ada)).toHaveCount(6)
    await ada.device.goOnline()
    await expect(entry(ada, 'Everyone')).not.toContainText('waiting')
    await page.reload()
    await expect(messages(ada)).toHaveCount(6)
    expect(await ben.read(EVERYONE_ID)).toEqual(['One', '**Two**', 'Three', 'Four', 'Five', 'Six', 'Seven'])
  })

  await test.step('what is all one’s own is deleted for everybody at once', async () => {
    await send(ada, 'Eight')
    await chooseFromMenu(ada, 'Eight', 'Select')
    await box('Seven').click()
    await press('Delete')
    await page.getByRole('button', { name: 'Delete for everybody' }).click()
    await expect(message(ada, 'Message deleted')).toHaveCount(2)
    await expect(bar).toBeHidden()
  })

  await test.step('a reply opens the chain that it belongs to, and one answers there; going back closes it', async () => {
    await ben.send(EVERYONE_ID, 'Root')
    await expectLatest(ada, 'Everyone', 'Root')
    await reply(ada, 'Root', 'Branch')
    await reply(ada, 'Branch', 'Leaf')
    await message(ada, 'Root').first().getByRole('button', { name: '2 replies' }).click()
    const thread = page.getByRole('dialog', { name: 'Thread' })
    await expect(thread.getByRole('article')).toContainText(['Root', 'Branch', 'Leaf'])
    const answer = thread.getByRole('textbox', { name: 'Reply in the thread' })
    await answer.fill('Half a thought')
    await page.goBack()
    await expect(thread).toBeHidden()
    await page.reload()
    await message(ada, 'Leaf').focus()
    await page.keyboard.press('t')
    await expect(thread.getByRole('article')).toContainText(['Root', 'Branch', 'Leaf'])
    await expect(answer).toHaveValue('Half a thought')
    await answer.fill('And one more')
    await thread.getByRole('button', { name: 'Send' }).click()
    await expect(thread.getByRole('article')).toContainText(['Root', 'Branch', 'Leaf', 'And one more'])
    expect(await ben.read(EVERYONE_ID)).toContain('And one more')
  })

  await test.step('in it the keys are those of the list; what lies over it comes back to it, and a reply is written there', async () => {
    const thread = page.getByRole('dialog', { name: 'Thread' })
    const inThread = (text: string) => thread.getByRole('article').filter({ hasText: text })
    await expect(thread).toContainText('3 replies')
    await thread.getByRole('group', { name: 'Messages of the thread' }).focus()
    await page.keyboard.press('ArrowUp')
    await expect(inThread('And one more')).toBeFocused()
    await page.keyboard.press('ArrowUp')
    await page.keyboard.press('i')
    const info = page.getByRole('dialog', { name: 'Info' })
    await expect(info).toBeVisible()
    await page.keyboard.press('Escape')
    await expect(info).toBeHidden()
    await expect(thread).toBeVisible()
    await inThread('Leaf').last().focus()
    await page.keyboard.press('Enter')
    await page.getByRole('menu', { name: 'Message' }).getByRole('menuitem', { name: 'Reply' }).click()
    await expect(thread.getByText('To yourself: Leaf')).toBeVisible()
    await expect(thread.getByRole('textbox')).toBeFocused()
    await inThread('And one more').focus()
    await page.keyboard.press('Delete')
    await page.getByRole('button', { name: 'Delete for me' }).click()
    await expect(inThread('And one more')).toBeHidden()
    await thread.getByRole('button', { name: 'Undo' }).click()
    await expect(inThread('And one more')).toBeVisible()
    await page.keyboard.press('Escape')
    await expect(thread).toBeHidden()
    await expect(message(ada, 'Root').first().getByRole('button', { name: '3 replies' })).toBeVisible()
  })
})

test('a device shows a password when asked, its own theme and size of text before anything else, the day one scrolls in, and what is written as it will look', async ({
  campus,
}) => {
  const ben = await campus.enrol('Ben')
  const ada = await campus.join('Ada')
  const { page } = ada
  const root = page.locator('html')
  const sizeOf = () => root.evaluate((element) => getComputedStyle(element).fontSize)
  const paperOf = () =>
    page.evaluate(() => getComputedStyle(document.body.parentElement ?? document.body).backgroundColor)

  await test.step('theme and size of text, kept by the device and there before the app is', async () => {
    await page.emulateMedia({ colorScheme: 'light' })
    await page.getByRole('link', { name: 'Settings' }).click()
    const light = await paperOf()
    await page.getByRole('radio', { name: 'Dark' }).check()
    await page.getByRole('radio', { name: 'Very large' }).check()
    await expect(root).toHaveCSS('color-scheme', 'dark')
    expect(await paperOf()).not.toBe(light)
    expect(await sizeOf()).toBe('23px')
    await expect(page.locator('meta[name="theme-color"]').first()).toHaveAttribute('content', '#140b13')
    await page.route('**/assets/*.js', (route) => route.abort())
    await page.reload({ waitUntil: 'domcontentloaded' })
    expect([await sizeOf(), await root.getAttribute('data-theme')]).toEqual(['23px', 'dark'])
    await page.unroute('**/assets/*.js')
    await page.reload()
    await expect(page.getByRole('radio', { name: 'Dark' })).toBeChecked()
    await page.getByRole('radio', { name: 'As the device' }).check()
    await expect(root).toHaveCSS('color-scheme', 'light')
    await page.emulateMedia({ colorScheme: 'dark' })
    await expect(root).toHaveCSS('color-scheme', 'dark')
    await page.emulateMedia({ colorScheme: 'light' })
    await page.getByRole('radio', { name: 'Normal' }).check()
    expect(await sizeOf()).toBe('16px')
  })

  await test.step('a password is seen when asked, and hidden again when it is sent', async () => {
    const form = page.getByRole('region', { name: 'Password' })
    const next = form.getByLabel('New password')
    await form.getByLabel('Current password').fill('not this one')
    await next.fill('short')
    const shows = form.getByRole('button', { name: 'Show what is typed' }).last()
    await expect(shows).toHaveAttribute('aria-pressed', 'false')
    await expect(next).toHaveAttribute('type', 'password')
    await shows.click()
    await expect(next).toHaveAttribute('type', 'text')
    await expect(shows).toHaveAttribute('aria-pressed', 'true')
    await form.getByRole('button', { name: 'Change password' }).click()
    await expect(next).toHaveAttribute('type', 'password')
  })

  await test.step('the day is shown while one scrolls, for eyes alone, and goes', async () => {
    for (let at = 0; at < 3; at += 1)
      await ben.send(EVERYONE_ID, ...Array.from({ length: 30 }, (_, n) => `Line ${at}${n}`))
    await page.goto('/')
    await open(ada, 'Everyone')
    const log = page.getByRole('log', { name: 'Messages' })
    await log.hover()
    const shown = untilAppears(ada, 'p.shown[aria-hidden="true"]', 'Today')
    await page.mouse.wheel(0, 900)
    await page.mouse.wheel(0, 300)
    await shown
    await expect(page.locator('p[aria-hidden="true"]', { hasText: 'Today' })).not.toHaveClass(/shown/)
  })

  await test.step('what is written is shown as it will look, once there is something to show, and the field keeps its place', async () => {
    const preview = page.getByRole('group', { name: 'How it will look' })
    const field = composer(ada)
    await field.fill('2*3*4')
    await expect(preview).toBeHidden()
    await field.fill('**bold** and $x^2$')
    await expect(preview.locator('strong')).toHaveText('bold')
    await expect(preview.locator('.katex').first()).toBeVisible()
    const at = await field.boundingBox()
    const tall = await preview.boundingBox()
    await field.fill('plain again')
    await expect(preview).toContainText('plain again')
    expect([await field.boundingBox(), await preview.boundingBox()]).toEqual([at, tall])
    await expect(page.getByText('plain again')).toHaveCount(1)
    await page.getByRole('button', { name: 'How it will look' }).click()
    await expect(preview).toBeHidden()
    await page.getByRole('button', { name: 'How it will look' }).click()
    await expect(preview).not.toHaveAttribute('tabindex')
    await field.fill(Array.from({ length: 30 }, (_, line) => `**${line}**`).join('\n'))
    await expect(preview).toHaveAttribute('tabindex', '0')
    await field.press('Enter')
    await expect(preview).toBeHidden()
  })

  await test.step('emoji alone have no bubble', async () => {
    await send(ada, 'Words 🎉')
    await send(ada, '🎉🎉')
    const paper = (text: string) => message(ada, text).locator('.bubble')
    await expect(paper('🎉🎉')).toHaveCSS('background-color', 'rgba(0, 0, 0, 0)')
    await expect(paper('Words')).not.toHaveCSS('background-color', 'rgba(0, 0, 0, 0)')
  })
})
