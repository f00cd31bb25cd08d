import { arrange, mute, openArchive, titles } from './support/arranging.ts'
import { expectAllSent, expectConnected, leaveNetwork } from './support/connection.ts'
import {
  composer,
  conversations,
  entry,
  expectLatest,
  expectOpen,
  open,
  openDirect,
  send,
} from './support/conversing.ts'
import { INSTALLED } from './support/device.ts'
import { signIn } from './support/entering.ts'
import { createGroup } from './support/grouping.ts'
import { expect, test } from './support/test.ts'

// The list of conversations, the same on all devices of one person.

/** Within a second, on a machine that has nothing else to do. */
const SOON = { timeout: 5_000 }

test('counts, mentions, drafts and how the list is arranged agree on two devices', async ({ campus }) => {
  const [ada, ben] = [await campus.join('Ada'), await campus.join('Ben')]
  const phone = await campus.openDevice({ viewport: { width: 390, height: 780 } })
  await signIn(phone, ada)
  await openDirect(ben, 'Ada')
  for (const text of ['One', 'Two', 'Three']) await send(ben, text)
  await createGroup(ben, 'Film club', ['Ada'])
  await send(ben, 'Who is in?')
  await send(ben, '@ada, are you?')
  for (const screen of [ada, phone]) {
    await expect(entry(screen, 'Ben')).toContainText('3 unread', SOON)
    await expect(entry(screen, 'Film club')).toContainText('2 unread')
    await expect(entry(screen, 'Film club')).toContainText('Mentions you')
    await expect(entry(screen, 'Ben')).not.toContainText('Mentions you')
    await expect(screen.page).toHaveTitle('(5) ChatBox')
  }

  await open(ada, 'Ben')
  await expect(entry(phone, 'Ben')).not.toContainText('unread', SOON)
  await expect(phone.page).toHaveTitle('(2) ChatBox')
  await composer(ada).fill('Half a thought')
  await expect(entry(phone, 'Ben')).toContainText('Draft: Half a thought', SOON)

  await mute(phone, 'Film club', 'For 1 hour')
  await expect(entry(ada, 'Film club')).toContainText('Muted', SOON)
  await expect(phone.page).toHaveTitle('ChatBox')
  await arrange(phone, 'Everyone', 'Pin to the top')
  await expect(titles(ada).first()).toHaveText('Everyone', SOON)
  await arrange(ada, 'Everyone', 'Unpin')
  await expect(titles(phone).last()).toHaveText('Everyone', SOON)
  await arrange(ada, 'Everyone', 'Mark as unread')
  await expect(entry(phone, 'Everyone')).toContainText('Marked as unread', SOON)
  await arrange(phone, 'Everyone', 'Mark as read')
  await expect(entry(ada, 'Everyone')).not.toContainText('Marked as unread', SOON)
})

test('what is archived is out of the way, and comes back with the next message unless it is muted', async ({
  campus,
}) => {
  const [ada, ben] = [await campus.join('Ada'), await campus.join('Ben')]
  await createGroup(ben, 'Film club', ['Ada'])
  await send(ben, 'Hello')
  await expectLatest(ada, 'Film club', 'Hello')
  await arrange(ada, 'Film club', 'Archive')
  await expect(titles(ada)).toHaveText(['Everyone'])
  await openArchive(ada)
  await expect(titles(ada)).toHaveText(['Film club'])
  await mute(ada, 'Film club', 'For good')
  await expectAllSent(ada)
  await send(ben, 'Anybody?')
  await expect(entry(ada, 'Film club')).toContainText('2 unread')
  await arrange(ada, 'Film club', 'Unmute')
  await expect(titles(ada)).toHaveCount(0)
  await ada.page.getByRole('link', { name: 'All conversations' }).click()
  await expect(titles(ada)).toHaveText(['Film club', 'Everyone'])
  await expect(conversations(ada).getByRole('link', { name: /^Archived/ })).toHaveCount(0)
})

test('the list is arranged offline, at once here, and everywhere when the network is back', async ({ campus }) => {
  const [ada, ben] = [await campus.join('Ada', INSTALLED), await campus.join('Ben')]
  const phone = await campus.openDevice()
  await signIn(phone, ada)
  await openDirect(ben, 'Ada')
  await send(ben, 'Hello')
  await createGroup(ben, 'Film club', ['Ada'])
  await send(ben, 'Welcome')
  await expectLatest(ada, 'Film club', 'Welcome')
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

  await ada.device.goOnline()
  await expectConnected(ada)
  await expect(titles(phone)).toHaveText(['Everyone', 'Ben'], SOON)
  await expect(entry(phone, 'Ben')).toContainText('Muted')
  await expect(entry(phone, 'Ben')).not.toContainText('unread')
})

test('the last message of one’s own says in the list how far it has come', async ({ campus }) => {
  const [ada, ben] = [await campus.join('Ada'), await campus.join('Ben')]
  await ben.device.goOffline()
  await openDirect(ada, 'Ben')
  await send(ada, 'Hello')
  await expect(entry(ada, 'Ben')).toContainText('Sent')
  await ben.device.goOnline()
  await expectConnected(ben)
  await expect(entry(ada, 'Ben')).toContainText('Delivered')
  await open(ben, 'Ada')
  await expectOpen(ben, 'Ada')
  await expect(entry(ada, 'Ben')).toContainText('Seen')
})

test('a menu is wholly on the screen wherever it opens, and whatever size the window gets then', async ({ campus }) => {
  const ada = await campus.join('Ada', { viewport: { width: 760, height: 420 } })
  const { page } = ada
  const menu = page.getByRole('menu', { name: 'Everyone' })
  const link = entry(ada, 'Everyone').getByRole('link')
  const { x, y, width, height } = (await entry(ada, 'Everyone').boundingBox()) ?? { x: 0, y: 0, width: 0, height: 0 }
  const corners: [number, number][] = [
    [x + 4, y + 4],
    [x + width - 4, y + height - 4],
  ]
  for (const [left, top] of corners) {
    await page.mouse.click(left, top, { button: 'right' })
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
