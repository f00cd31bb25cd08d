import { arrange, mute, openArchive, titles } from './support/arranging.ts'
import { expectAccessibleAtAnyWidth } from './support/axe.ts'
import { expectAllSent, leaveNetwork } from './support/connection.ts'
import {
  chooseFromMenu,
  composer,
  entry,
  expectLatest,
  expectMessages,
  expectSent,
  message,
  open,
  openDirect,
  send,
} from './support/conversing.ts'
import { INSTALLED } from './support/device.ts'
import { expectEntrance } from './support/entering.ts'
import { createGroup, openManage, removeFromGroup } from './support/grouping.ts'
import { expect, test } from './support/test.ts'

// axe over every screen, in both themes, on a phone and on a wide screen.

test('the entrance is accessible, also where something is wrong', async ({ campus }) => {
  const device = await campus.openDevice()
  await expectEntrance(device)
  await expectAccessibleAtAnyWidth(device, 'sign in')
  await device.page.getByRole('button', { name: 'Create an account' }).click()
  await device.page.getByRole('button', { name: 'Create account' }).click()
  await expect(device.page.getByRole('alert').first()).toBeVisible()
  await expectAccessibleAtAnyWidth(device, 'register, with errors')
})

test('every screen is accessible', async ({ campus }) => {
  test.slow()
  const [ada, ben] = [await campus.join('Ada'), await campus.join('Ben')]
  const { page } = ada
  await expectAccessibleAtAnyWidth(ada, 'the list with nothing open')
  await page.goto('/people')
  await expect(page.getByRole('list', { name: 'People' })).toBeVisible()
  await expectAccessibleAtAnyWidth(ada, 'people')
  await page.getByRole('searchbox').fill('xyz')
  await expectAccessibleAtAnyWidth(ada, 'people, none found')

  await page.goto('/groups/new')
  await page.getByRole('textbox', { name: 'Group name' }).fill('Film club')
  await page.getByRole('checkbox', { name: 'Ben' }).check()
  await expectAccessibleAtAnyWidth(ada, 'new group')
  await page.getByRole('button', { name: 'Create group' }).click()
  await expect(composer(ada)).toBeVisible()
  await expectAccessibleAtAnyWidth(ada, 'an empty conversation')

  await open(ben, 'Film club')
  await send(ben, 'See https://example.org/film')
  for (const text of ['One', 'Two', 'Three']) await send(ada, text)
  await chooseFromMenu(ada, 'Two', 'Edit')
  await composer(ada).fill('Two and a half')
  await composer(ada).press('Enter')
  await chooseFromMenu(ada, 'Three', 'Delete')
  await expectAccessibleAtAnyWidth(ada, 'the question before deleting')
  await page.getByRole('dialog').getByRole('button', { name: 'Delete' }).click()
  await expectMessages(ada, ['See https', 'One', 'Two and a half', 'Message deleted'])
  await expectAccessibleAtAnyWidth(ada, 'a conversation')
  await message(ada, 'One').hover()
  await message(ada, 'One').getByRole('button', { name: 'Message options' }).click()
  await expectAccessibleAtAnyWidth(ada, 'the menu of a message')
  await page.keyboard.press('Escape')

  await openManage(ada)
  await expectAccessibleAtAnyWidth(ada, 'manage group')
  await page.getByRole('button', { name: 'Options for Ben' }).click()
  await expectAccessibleAtAnyWidth(ada, 'the menu of a member')
  await page.keyboard.press('Escape')
  await page.getByRole('button', { name: 'Add people' }).click()
  await expectAccessibleAtAnyWidth(ada, 'add people')
  await page.keyboard.press('Escape')

  await page.goto('/settings')
  await expect(page.getByRole('listitem').filter({ hasText: 'This device,' })).toBeVisible()
  await expectAccessibleAtAnyWidth(ada, 'settings')
  await page.getByRole('button', { name: 'Sign out', exact: true }).click()
  await expectAccessibleAtAnyWidth(ada, 'the question before signing out')
  await page.keyboard.press('Escape')

  await page.goto('/')
  await send(ben, 'Still there?')
  await expect(page.getByText('unread')).toBeAttached()
  await expectAccessibleAtAnyWidth(ada, 'the list with something unread')
})

test('arranging the list, people, keys and pictures is accessible', async ({ campus }) => {
  test.slow()
  const [ada, ben] = [await campus.join('Ada'), await campus.join('Ben')]
  const { page } = ada
  await createGroup(ben, 'Film club', ['Ada'])
  await send(ben, '@ada, are you there?')
  await openDirect(ben, 'Ada')
  await send(ben, 'Hello')
  await expectLatest(ada, 'Ben', 'Hello')
  await mute(ada, 'Ben', 'For 1 hour')
  await arrange(ada, 'Film club', 'Pin to the top')
  await arrange(ada, 'Everyone', 'Archive')
  await expect(titles(ada)).toHaveText(['Film club', 'Ben'])
  await expectAccessibleAtAnyWidth(ada, 'the list, arranged')
  await entry(ada, 'Ben').getByRole('link').click({ button: 'right' })
  await expectAccessibleAtAnyWidth(ada, 'the menu of a conversation')
  await page.getByRole('menuitem', { name: 'Unmute' }).click()
  await arrange(ada, 'Ben', 'Mute')
  await expectAccessibleAtAnyWidth(ada, 'for how long to mute')
  await page.keyboard.press('Escape')
  await openArchive(ada)
  await expectAccessibleAtAnyWidth(ada, 'the archive')
  await page.keyboard.press('?')
  await expect(page.getByRole('dialog', { name: 'Keys' })).toBeVisible()
  await expectAccessibleAtAnyWidth(ada, 'the list of keys')
  await page.keyboard.press('Escape')
  await expect(page.getByRole('dialog', { name: 'Keys' })).toBeHidden()
  await page.keyboard.press('Control+k')
  await expect(page.getByRole('option').first()).toBeVisible()
  await expectAccessibleAtAnyWidth(ada, 'finding a place')
  await page.keyboard.press('Escape')

  await page.goto('/people')
  await expect(page.getByText('here now')).toBeVisible()
  await expectAccessibleAtAnyWidth(ada, 'people, one of them there')
  await page.getByRole('link', { name: 'About Ben' }).click()
  await expect(page.getByText('1 group in common')).toBeVisible()
  await expectAccessibleAtAnyWidth(ada, 'somebody')
  await page.goto('/settings')
  const picture = { name: 'me.svg', mimeType: 'image/svg+xml', buffer: Buffer.from('<svg/>') }
  await page.getByLabel('Add a picture').setInputFiles(picture)
  await expect(page.getByRole('alert')).toBeVisible()
  await expectAccessibleAtAnyWidth(ada, 'a picture that was refused')
  const buffer = await page.screenshot()
  await page.getByLabel('Add a picture').setInputFiles({ name: 'me.png', mimeType: 'image/png', buffer })
  await expect(page.getByRole('dialog', { name: 'Your picture' })).toBeVisible()
  await expectAccessibleAtAnyWidth(ada, 'cropping a picture')
})

test('what waits and what was refused is accessible', async ({ campus }) => {
  const [ada, ben] = [await campus.join('Ada', INSTALLED), await campus.join('Ben')]
  const { page } = ada
  await openDirect(ada, 'Ben')
  await send(ada, 'Hello')
  await expectSent(ada, 'Hello')
  await createGroup(ben, 'Film club', ['Ada'])
  await page.goto('/')
  await open(ada, 'Film club')
  await leaveNetwork(ada)
  await send(ada, 'Nobody will read this')
  await expectAccessibleAtAnyWidth(ada, 'offline, with something waiting')
  await page.goto('/unsent')
  await expect(page.getByRole('article')).toHaveCount(1)
  await expectAccessibleAtAnyWidth(ada, 'what waits')

  await openManage(ben)
  await removeFromGroup(ben, 'Ada')
  await expect(ben.page.getByRole('region', { name: '1 member' })).toBeVisible()
  await expectAllSent(ben)
  await ada.device.goOnline()
  await expect(page.getByRole('region', { name: 'Not taken' })).toBeVisible({ timeout: 30_000 })
  await expectAccessibleAtAnyWidth(ada, 'what was refused')
  await page.getByRole('button', { name: 'Edit' }).click()
  await expectAccessibleAtAnyWidth(ada, 'writing it anew')
  await page.keyboard.press('Escape')

  await ada.device.context.clearCookies()
  await page.reload()
  await expect(page.getByRole('dialog', { name: 'Sign in again' })).toBeVisible({ timeout: 30_000 })
  await expectAccessibleAtAnyWidth(ada, 'signing in again')
})
