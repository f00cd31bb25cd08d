import { removeMember, send as sendCommand } from '../support/campus.ts'
import { arrange, mute, openArchive, titles } from './support/arranging.ts'
import { expectAccessibleAtAnyWidth } from './support/axe.ts'
import { leaveNetwork } from './support/connection.ts'
import {
  chooseFromMenu,
  composer,
  entry,
  expectLatest,
  expectMessages,
  message,
  open,
  send,
} from './support/conversing.ts'
import { INSTALLED } from './support/device.ts'
import { expectEntrance, signIn, signInSheet } from './support/entering.ts'
import { openManage } from './support/grouping.ts'
import { openConversationId } from './support/storage.ts'
import { expect, test } from './support/test.ts'

// axe over every screen, in both themes, on a phone and on a wide screen.

test('every screen is accessible on a phone and on a wide screen, by day and by night', async ({ campus }) => {
  test.slow()
  const ben = await campus.enrol('Ben')

  await test.step('the entrance, also where something is wrong', async () => {
    const device = await campus.openDevice()
    await expectEntrance(device)
    await expectAccessibleAtAnyWidth(device, 'sign in')
    await device.page.getByRole('button', { name: 'Create an account' }).click()
    await device.page.getByRole('button', { name: 'Create account' }).click()
    await expect(device.page.getByRole('alert').first()).toBeVisible()
    await expectAccessibleAtAnyWidth(device, 'register, with errors')
    // From now on somebody is here.
    await device.page.reload()
    await signIn(device, ben)
  })

  const ada = await campus.join('Ada', INSTALLED)
  const { page } = ada

  const groupId = await test.step('the list, people and a new group', async () => {
    await expectAccessibleAtAnyWidth(ada, 'the list with nothing open')
    await page.goto('/people')
    await expect(page.getByText('here now')).toBeVisible()
    await expectAccessibleAtAnyWidth(ada, 'people, one of them there')
    await page.getByRole('searchbox').fill('xyz')
    await expectAccessibleAtAnyWidth(ada, 'people, none found')
    await page.goto('/groups/new')
    await page.getByRole('textbox', { name: 'Group name' }).fill('Film club')
    await page.getByRole('checkbox', { name: 'Ben' }).check()
    await expectAccessibleAtAnyWidth(ada, 'new group')
    await page.getByRole('button', { name: 'Create group' }).click()
    await expect(composer(ada)).toBeVisible()
    await expectAccessibleAtAnyWidth(ada, 'an empty conversation')
    return openConversationId(ada)
  })

  await test.step('a conversation', async () => {
    await ben.send(groupId, 'See https://example.org/film')
    for (const text of ['One', 'Two', 'Three']) await send(ada, text)
    await chooseFromMenu(ada, 'Two', 'Edit')
    await expect(composer(ada)).toHaveValue('Two')
    await composer(ada).fill('Two and a half')
    await composer(ada).press('Enter')
    await chooseFromMenu(ada, 'Three', 'Delete')
    await expect(page.getByRole('dialog')).toBeVisible()
    await expectAccessibleAtAnyWidth(ada, 'the question before deleting')
    await page.getByRole('dialog').getByRole('button', { name: 'Delete for everybody' }).click()
    await expectMessages(ada, ['See https', 'One', 'Two and a half', 'Message deleted'])
    await expectAccessibleAtAnyWidth(ada, 'a conversation')
    await message(ada, 'One').hover()
    await message(ada, 'One').getByRole('button', { name: 'Message options' }).click()
    await expect(page.getByRole('menu')).toBeVisible()
    await expectAccessibleAtAnyWidth(ada, 'the menu of a message')
    await page.keyboard.press('Escape')
  })

  await test.step('a group', async () => {
    await openManage(ada)
    await expectAccessibleAtAnyWidth(ada, 'manage group')
    await page.getByRole('button', { name: 'Options for Ben' }).click()
    await expect(page.getByRole('menu')).toBeVisible()
    await expectAccessibleAtAnyWidth(ada, 'the menu of a member')
    await page.keyboard.press('Escape')
    await page.getByRole('button', { name: 'Add people' }).click()
    await expectAccessibleAtAnyWidth(ada, 'add people')
    await page.keyboard.press('Escape')
  })

  await test.step('settings, and a picture', async () => {
    await page.goto('/settings')
    await expect(page.getByRole('listitem').filter({ hasText: 'This device,' })).toBeVisible()
    await expectAccessibleAtAnyWidth(ada, 'settings')
    await page.getByRole('button', { name: 'Sign out', exact: true }).click()
    await expect(page.getByRole('dialog')).toBeVisible()
    await expectAccessibleAtAnyWidth(ada, 'the question before signing out')
    await page.keyboard.press('Escape')
    const picture = { name: 'me.svg', mimeType: 'image/svg+xml', buffer: Buffer.from('<svg/>') }
    await page.getByLabel('Add a picture').setInputFiles(picture)
    await expect(page.getByRole('alert')).toBeVisible()
    await expectAccessibleAtAnyWidth(ada, 'a picture that was refused')
    const buffer = await page.screenshot()
    await page.getByLabel('Add a picture').setInputFiles({ name: 'me.png', mimeType: 'image/png', buffer })
    await expect(page.getByRole('dialog', { name: 'Your picture' })).toBeVisible()
    await expectAccessibleAtAnyWidth(ada, 'cropping a picture')
  })

  await test.step('the list, arranged, and the archive', async () => {
    await page.goto('/')
    await ben.submit(sendCommand(groupId, '@ada, are you there?', { mentions: [ada.userId] }))
    await ben.send(await ben.beginDirect(ada), 'Hello')
    await expectLatest(ada, 'Ben', 'Hello')
    await expect(page.getByText('unread').first()).toBeAttached()
    await expectAccessibleAtAnyWidth(ada, 'the list with something unread')
    await mute(ada, 'Ben', 'For 1 hour')
    await arrange(ada, 'Film club', 'Pin to the top')
    await arrange(ada, 'Everyone', 'Archive')
    await expect(titles(ada)).toHaveText(['Film club', 'Ben'])
    await expectAccessibleAtAnyWidth(ada, 'the list, arranged')
    await entry(ada, 'Ben').getByRole('link').click({ button: 'right' })
    await expect(page.getByRole('menu')).toBeVisible()
    await expectAccessibleAtAnyWidth(ada, 'the menu of a conversation')
    await page.getByRole('menuitem', { name: 'Unmute' }).click()
    await arrange(ada, 'Ben', 'Mute')
    await expect(page.getByRole('dialog')).toBeVisible()
    await expectAccessibleAtAnyWidth(ada, 'for how long to mute')
    await page.keyboard.press('Escape')
    await openArchive(ada)
    await expectAccessibleAtAnyWidth(ada, 'the archive')
  })

  await test.step('keys, finding a place, and somebody', async () => {
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
    await page.getByRole('link', { name: 'About Ben' }).click()
    await expect(page.getByText('1 group in common')).toBeVisible()
    await expectAccessibleAtAnyWidth(ada, 'somebody')
  })

  await test.step('what waits, what was refused, and a session that is over', async () => {
    const ledByBen = await ben.beginGroup('Chess club', [ada])
    await page.goto('/')
    await open(ada, 'Chess club')
    await leaveNetwork(ada)
    await send(ada, 'Nobody will read this')
    await expectAccessibleAtAnyWidth(ada, 'offline, with something waiting')
    await page.goto('/unsent')
    await expect(page.getByRole('article')).toHaveCount(1)
    await expectAccessibleAtAnyWidth(ada, 'what waits')
    await ben.submit(removeMember(ledByBen, ada.userId))
    await ada.device.goOnline()
    await expect(page.getByRole('region', { name: 'Not taken' })).toBeVisible()
    await expectAccessibleAtAnyWidth(ada, 'what was refused')
    await page.getByRole('button', { name: 'Edit' }).click()
    await expectAccessibleAtAnyWidth(ada, 'writing it anew')
    await page.keyboard.press('Escape')
    await ada.device.context.clearCookies()
    await page.reload()
    await expect(signInSheet(ada)).toBeVisible()
    await expectAccessibleAtAnyWidth(ada, 'signing in again')
  })
})
