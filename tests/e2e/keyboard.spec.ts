import type { Locator, Page } from '@playwright/test'
import { composer, conversations, expectMessages, message, messages, people } from './support/conversing.ts'
import { expect, test } from './support/test.ts'

// Everything of a day in ChatBox, and no pointer.

const TABS_MAX = 30

async function tabTo(page: Page, target: Locator, key: 'Tab' | 'Shift+Tab' = 'Tab'): Promise<void> {
  await expect(target).toBeVisible()
  for (let tabs = 0; tabs < TABS_MAX; tabs++) {
    if (await target.evaluate((element) => element === document.activeElement)) return
    await page.keyboard.press(key)
  }
  throw new Error(`${TABS_MAX} times ${key} did not lead to ${target.toString()}`)
}

test('by keyboard alone one signs in, writes, edits, looks people up and goes back', async ({ campus }) => {
  const ada = await campus.enrol('Ada')
  await campus.enrol('Ben')
  const device = await campus.openDevice({ viewport: { width: 390, height: 780 } })
  const { page } = device
  const { keyboard } = page
  const focused = page.locator(':focus')

  await test.step('sign in', async () => {
    await tabTo(page, page.getByRole('textbox', { name: 'Handle' }))
    await keyboard.type(ada.handle)
    await tabTo(page, page.getByLabel('Password'))
    await keyboard.type(ada.password)
    await keyboard.press('Enter')
    await expect(conversations(device).getByRole('link')).toHaveCount(1)
  })

  await test.step('open a conversation, write and send', async () => {
    await tabTo(page, conversations(device).getByRole('link', { name: 'Everyone' }))
    await keyboard.press('Enter')
    await expect(composer(device)).toBeFocused()
    await keyboard.type('Good mourning')
    await keyboard.press('Enter')
    await keyboard.type('To all')
    await keyboard.press('Shift+Enter')
    await keyboard.type('of you')
    await keyboard.press('Enter')
    await expectMessages(device, ['Good mourning', 'of you'])
  })

  await test.step('edit the last one, and leave it as it is', async () => {
    await keyboard.press('ArrowUp')
    await expect(composer(device)).toHaveValue('To all\nof you')
    await keyboard.press('Escape')
    await expect(composer(device)).toHaveValue('')
    await expect(composer(device)).toBeFocused()
  })

  await test.step('edit an earlier one through its menu', async () => {
    await tabTo(page, page.getByRole('log', { name: 'Messages' }), 'Shift+Tab')
    await keyboard.press('ArrowUp')
    await keyboard.press('ArrowUp')
    await expect(message(device, 'Good mourning')).toBeFocused()
    await keyboard.press('Enter')
    await expect(focused).toHaveText(/^\s*Reply/)
    await keyboard.press('ArrowDown')
    await expect(focused).toHaveText(/^\s*Edit/)
    await keyboard.press('Enter')
    await expect(composer(device)).toBeFocused()
    await keyboard.press('Control+a')
    await keyboard.type('Good morning')
    await keyboard.press('Enter')
    await expectMessages(device, ['Good morning', 'of you'])
  })

  await test.step('a menu that is closed gives the focus back', async () => {
    await tabTo(page, page.getByRole('log', { name: 'Messages' }), 'Shift+Tab')
    await keyboard.press('ArrowUp')
    await keyboard.press('Enter')
    await expect(page.getByRole('menu', { name: 'Message' })).toBeVisible()
    await keyboard.press('Escape')
    await expect(page.getByRole('menu', { name: 'Message' })).toBeHidden()
    await expect(messages(device).last()).toBeFocused()
  })

  await test.step('delete one', async () => {
    await keyboard.press('Enter')
    await expect(focused).toHaveText(/^\s*Reply/)
    await keyboard.press('End')
    await expect(focused).toHaveText(/^\s*Delete/)
    await keyboard.press('Enter')
    await tabTo(page, page.getByRole('dialog').getByRole('button', { name: 'Delete for everybody' }))
    await keyboard.press('Enter')
    await expectMessages(device, ['Good morning', 'Message deleted'])
  })

  await test.step('go back', async () => {
    await tabTo(page, page.getByRole('link', { name: 'Back' }), 'Shift+Tab')
    await keyboard.press('Enter')
    await expect(conversations(device).getByRole('link', { name: 'Everyone' })).toBeVisible()
    await expect(composer(device)).toBeHidden()
  })

  await test.step('find somebody and write to them', async () => {
    await tabTo(page, page.getByRole('link', { name: 'People', exact: true }))
    await keyboard.press('Enter')
    await expect(page.getByRole('heading', { level: 1, name: 'People' })).toBeFocused()
    await tabTo(page, page.getByRole('searchbox', { name: 'Search people' }))
    await keyboard.type('be')
    await tabTo(page, people(device))
    await keyboard.press('Enter')
    await expect(composer(device)).toBeFocused()
    await keyboard.type('Hello Ben')
    await keyboard.press('Enter')
    await expectMessages(device, ['Hello Ben'])
  })

  await test.step('begin a group', async () => {
    await page.goBack()
    await page.goBack()
    await tabTo(page, page.getByRole('link', { name: 'New group' }))
    await keyboard.press('Enter')
    await tabTo(page, page.getByRole('textbox', { name: 'Group name' }))
    await keyboard.type('Film club')
    await tabTo(page, page.getByRole('checkbox', { name: 'Ben' }))
    await keyboard.press('Space')
    await tabTo(page, page.getByRole('button', { name: 'Create group' }))
    await keyboard.press('Enter')
    await expect(page.getByRole('heading', { level: 1, name: 'Film club' })).toBeVisible()
  })
})
