import { send as toMessage } from '../support/campus.ts'
import { arrange, mute, openArchive, titles } from './support/arranging.ts'
import { expectAllSent, expectConnected, leaveNetwork } from './support/connection.ts'
import {
  chooseForConversation,
  composer,
  conversations,
  entry,
  expectLatest,
  open,
  send,
} from './support/conversing.ts'
import { INSTALLED } from './support/device.ts'
import { signIn } from './support/entering.ts'
import { expect, test } from './support/test.ts'

// The list of conversations, the same on all devices of one person.

test('counts, mentions, drafts and how the list is arranged agree on two devices, also after one was offline', async ({
  campus,
}) => {
  const ben = await campus.enrol('Ben')
  const ada = await campus.join('Ada', INSTALLED)
  const phone = await campus.openDevice({ viewport: { width: 390, height: 780 } })
  await signIn(phone, ada)
  const direct = await ben.beginDirect(ada)
  const club = await ben.beginGroup('Film club', [ada])

  await test.step('what is read on one device as it comes is not new on the other', async () => {
    await ben.send(direct, 'Hello')
    await open(ada, 'Ben')
    await expectLatest(phone, 'Ben', 'Hello')
    await expect(entry(phone, 'Ben')).not.toContainText('unread')
    await open(ada, 'Everyone')
  })

  await test.step('what is new is counted, and mentions are told apart', async () => {
    await ben.send(direct, 'One', 'Two', 'Three')
    await ben.send(club, 'Who is in?')
    await ben.submit(toMessage(club, '@ada, are you?', { mentions: [ada.userId] }))
    for (const screen of [ada, phone]) {
      await expect(entry(screen, 'Ben')).toContainText('3 unread')
      await expect(entry(screen, 'Film club')).toContainText('2 unread')
      await expect(entry(screen, 'Film club')).toContainText('Mentions you')
      await expect(entry(screen, 'Ben')).not.toContainText('Mentions you')
    }
    await expect(ada.page).toHaveTitle('(5) Everyone · ChatBox')
    await expect(phone.page).toHaveTitle('(5) ChatBox')
  })

  await test.step('it is marked, and read on every device at once', async () => {
    await open(ada, 'Ben')
    await expect(ada.page.getByRole('log').getByText('New', { exact: true })).toBeVisible()
    for (const screen of [ada, phone]) await expect(entry(screen, 'Ben')).not.toContainText('unread')
    await expect(phone.page).toHaveTitle('(2) ChatBox')
  })

  await test.step('what is begun on one device can be gone on with on the other', async () => {
    await composer(ada).fill('Half a thought')
    await expect(entry(phone, 'Ben')).toContainText('Draft: Half a thought')
  })

  await test.step('what is arranged on either is so on both', async () => {
    await mute(phone, 'Film club', 'For 1 hour')
    await expect(entry(ada, 'Film club')).toContainText('Muted')
    await expect(phone.page).toHaveTitle('ChatBox')
    await arrange(phone, 'Everyone', 'Pin to the top')
    await expect(titles(ada).first()).toHaveText('Everyone')
    await arrange(ada, 'Everyone', 'Unpin')
    await expect(titles(phone).last()).toHaveText('Everyone')
    await arrange(ada, 'Everyone', 'Mark as unread')
    await expect(entry(phone, 'Everyone')).toContainText('Marked as unread')
    await arrange(phone, 'Everyone', 'Mark as read')
    await expect(entry(ada, 'Everyone')).not.toContainText('Marked as unread')
  })

  await test.step('what is arranged offline is so at once here, also after a reload', async () => {
    await open(ada, 'Everyone')
    await ben.send(direct, 'Where are you?')
    await ben.send(club, 'Welcome')
    await expectLatest(ada, 'Film club', 'Welcome')
    await expect(entry(phone, 'Ben')).toContainText('1 unread')
    await leaveNetwork(ada)
    await arrange(ada, 'Film club', 'Archive')
    await mute(ada, 'Ben', 'For 1 week')
    await arrange(ada, 'Ben', 'Mark as read')
    await arrange(ada, 'Everyone', 'Pin to the top')
    await expect(titles(ada)).toHaveText(['Everyone', 'Ben'])
    await ada.page.reload()
    await expect(titles(ada)).toHaveText(['Everyone', 'Ben'])
    await expect(entry(ada, 'Ben')).toContainText('Muted')
    await expect(entry(ada, 'Ben')).not.toContainText('unread')
    await expect(titles(phone)).toHaveText(['Film club', 'Ben', 'Everyone'])
  })

  await test.step('and everywhere when the network is back', async () => {
    await ada.device.goOnline()
    await expectConnected(ada)
    await expect(titles(phone)).toHaveText(['Everyone', 'Ben'])
    await expect(entry(phone, 'Ben')).toContainText('Muted')
    await expect(entry(phone, 'Ben')).not.toContainText('unread')
  })
})

test('what is archived is out of the way until the next message, unless it is muted; and a menu is wholly on the screen', async ({
  campus,
}) => {
  const ben = await campus.enrol('Ben')
  const ada = await campus.join('Ada')
  const { page } = ada
  const club = await ben.beginGroup('Film club', [ada])

  await test.step('what is archived comes back with the next message unless it is muted', async () => {
    await ben.send(club, 'Hello')
    await expectLatest(ada, 'Film club', 'Hello')
    await arrange(ada, 'Film club', 'Archive')
    await expect(titles(ada)).toHaveText(['Everyone'])
    await openArchive(ada)
    await expect(titles(ada)).toHaveText(['Film club'])
    await mute(ada, 'Film club', 'For good')
    await expectAllSent(ada)
    await ben.send(club, 'Anybody?')
    await expect(entry(ada, 'Film club')).toContainText('2 unread')
    await arrange(ada, 'Film club', 'Unmute')
    await expect(titles(ada)).toHaveCount(0)
    await page.getByRole('link', { name: 'All conversations' }).click()
    await expect(titles(ada)).toHaveText(['Film club', 'Everyone'])
    await expect(conversations(ada).getByRole('link', { name: /^Archived/ })).toHaveCount(0)
  })

  await test.step('a menu is wholly on the screen wherever it opens, and whatever size the window gets then', async () => {
    await page.setViewportSize({ width: 760, height: 420 })
    const menu = page.getByRole('menu', { name: 'Everyone' })
    const link = entry(ada, 'Everyone').getByRole('link')
    const { width, height } = (await link.boundingBox()) ?? { width: 0, height: 0 }
    for (const position of [
      { x: 4, y: 4 },
      { x: width - 4, y: height - 4 },
    ]) {
      await link.click({ button: 'right', position })
      await expect(menu).toBeInViewport({ ratio: 1 })
      await page.keyboard.press('Escape')
      await expect(menu).toBeHidden()
    }
    await link.focus()
    await page.keyboard.press('Shift+F10')
    await expect(menu).toBeInViewport({ ratio: 1 })
    await page.setViewportSize({ width: 420, height: 260 })
    await expect(menu).toBeInViewport({ ratio: 1 })
    await page.keyboard.press('Escape')
    await expect(link).toBeFocused()
  })

  await test.step('a menu closes by Esc also after what it opened beside has changed', async () => {
    await page.setViewportSize({ width: 760, height: 780 })
    const menu = page.getByRole('menu', { name: 'Film club' })
    await entry(ada, 'Film club').getByRole('link').click({ button: 'right' })
    await expect(menu).toBeVisible()
    await ben.send(club, 'While it is open')
    await expect(entry(ada, 'Film club')).toContainText('While it is open')
    await page.keyboard.press('Escape')
    await expect(menu).toBeHidden()
    await expect(page.locator('dialog')).toHaveCount(0)
  })

  await test.step('a row that moves up because one writes in it stays in sight', async () => {
    for (const title of ['One', 'Two', 'Three', 'Four']) await ben.beginGroup(title, [ada])
    await expect(titles(ada)).toHaveCount(6)
    await page.setViewportSize({ width: 900, height: 400 })
    await open(ada, 'Everyone')
    await entry(ada, 'Everyone').scrollIntoViewIfNeeded()
    await expect(entry(ada, 'Four')).not.toBeInViewport()
    await send(ada, 'Hello all')
    await expect(titles(ada).first()).toHaveText('Everyone')
    await expect(entry(ada, 'Everyone')).toBeInViewport({ ratio: 0.9 })
  })

  await test.step('whoever opens another conversation finds the list where it was', async () => {
    const list = conversations(ada)
    await list.evaluate((element) => (element.scrollTop = 30))
    const top = await list.evaluate(({ scrollTop }) => scrollTop)
    expect(top).toBe(30)
    await open(ada, 'Three')
    expect(await list.evaluate(({ scrollTop }) => scrollTop)).toBe(top)
    await page.goto('/')
  })

  await test.step('on a phone, going back closes what is open, and the arrow leaves nothing behind it', async () => {
    await page.setViewportSize({ width: 390, height: 780 })
    const inHistory = () => page.evaluate(() => history.length)
    await open(ada, 'Film club')
    const length = await inHistory()
    const options = page.getByRole('button', { name: 'Conversation options' })
    const conversation = page.getByRole('heading', { level: 1, name: 'Film club' })
    await options.click()
    await expect(page.getByRole('menu')).toBeVisible()
    await expect(page.getByRole('link', { name: 'Manage group' })).toBeHidden()
    await page.goBack()
    await expect(page.getByRole('menu')).toBeHidden()
    await chooseForConversation(ada, 'Jump to a date')
    await expect(page.getByRole('dialog', { name: 'Jump to a date' })).toBeVisible()
    await page.goBack()
    await expect(page.getByRole('dialog')).toBeHidden()
    await page.getByRole('button', { name: 'Emoji' }).click()
    await expect(page.getByRole('dialog', { name: 'Emoji' })).toBeVisible()
    await page.keyboard.press('Escape')
    await expect(page.getByRole('dialog')).toBeHidden()
    await expect(conversation).toBeVisible()
    await page.goBack()
    await expect(conversation).toBeHidden()
    for (let times = 0; times < 3; times++) {
      await open(ada, 'Film club')
      await page.getByRole('link', { name: 'Back' }).click()
      await expect(conversation).toBeHidden()
    }
    await expect(page).toHaveURL(/:\d+\/$/)
    expect(await inHistory()).toBeLessThanOrEqual(length + 1)
    await page.goForward()
    await expect(conversation).toBeVisible()
  })
})
