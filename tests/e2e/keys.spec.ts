import { titles } from './support/arranging.ts'
import { composer, entry, expectLatest, expectOpen, openDirect, send } from './support/conversing.ts'
import { createGroup } from './support/grouping.ts'
import { expect, test } from './support/test.ts'

test('a question mark lists the keys, but not while one types', async ({ campus }) => {
  const { page } = await campus.join('Ada')
  const dialog = page.getByRole('dialog', { name: 'Keys' })
  await page.keyboard.press('?')
  for (const group of ['Anywhere', 'In the list of conversations', 'While writing', 'In the messages']) {
    await expect(dialog.getByRole('heading', { name: group })).toBeVisible()
  }
  await expect(dialog.getByText('Go to a conversation or a person')).toBeVisible()
  await page.keyboard.press('Escape')
  await expect(dialog).toBeHidden()
  await page.getByRole('link', { name: 'Everyone' }).click()
  await composer({ page }).pressSequentially('Why?')
  await expect(composer({ page })).toHaveValue('Why?')
  await expect(dialog).toBeHidden()
})

test('keys lead to conversations and people, from one to the next, and back', async ({ campus }) => {
  const [ada, ben] = [await campus.join('Ada'), await campus.join('Ben')]
  await campus.enrol('Eva')
  await openDirect(ben, 'Ada')
  await send(ben, 'Hello')
  await createGroup(ben, 'Film club', ['Ada'])
  await expectLatest(ada, 'Ben', 'Hello')
  const { page } = ada
  const { keyboard } = page
  const places = page.getByRole('listbox', { name: 'Conversations and people' }).getByRole('option')

  await keyboard.press('Control+k')
  await expect(places).toHaveCount(3)
  await keyboard.type('e')
  await expect(places).toHaveText([/Everyone/, /Ben/, /Eva/])
  await keyboard.press('ArrowDown')
  await keyboard.press('ArrowDown')
  await expect(places.nth(2)).toHaveAttribute('aria-selected', 'true')
  await keyboard.press('Enter')
  await expectOpen(ada, 'Eva')
  await expect(composer(ada)).toBeFocused()
  await keyboard.press('Control+k')
  await expect(places).toHaveCount(3)
  await keyboard.type('film')
  await expect(places).toHaveText([/Film club/])
  await keyboard.press('Enter')
  await expectOpen(ada, 'Film club')

  await expect(titles(ada)).toHaveText(['Film club', 'Ben', 'Everyone'])
  await keyboard.press('Alt+ArrowDown')
  await expectOpen(ada, 'Ben')
  await keyboard.press('Alt+ArrowDown')
  await expectOpen(ada, 'Everyone')
  await keyboard.press('Alt+ArrowUp')
  await expectOpen(ada, 'Ben')
  await send(ben, 'Welcome')
  await expect(entry(ada, 'Film club')).toContainText('1 unread')
  await keyboard.press('Alt+Shift+ArrowDown')
  await expectOpen(ada, 'Film club')
  await keyboard.press('Escape')
  await expect(entry(ada, 'Film club').getByRole('link')).toBeFocused()
  await expect(composer(ada)).toBeHidden()
})

test('by keyboard alone one moves in the list and arranges it, and the focus stays', async ({ campus }) => {
  const [ada, ben] = [await campus.join('Ada'), await campus.join('Ben')]
  await openDirect(ben, 'Ada')
  await send(ben, 'Hello')
  await expectLatest(ada, 'Ben', 'Hello')
  const { page } = ada
  const { keyboard } = page
  await entry(ada, 'Ben').getByRole('link').focus()
  await keyboard.press('ArrowDown')
  await expect(entry(ada, 'Everyone').getByRole('link')).toBeFocused()
  await keyboard.press('p')
  await expect(titles(ada)).toHaveText(['Everyone', 'Ben'])
  await expect(entry(ada, 'Everyone').getByRole('link')).toBeFocused()
  await keyboard.press('End')
  await keyboard.press('Shift+F10')
  await expect(page.getByRole('menuitem', { name: 'Mark as read' })).toBeFocused()
  await keyboard.press('Enter')
  await expect(entry(ada, 'Ben')).not.toContainText('unread')
  await expect(entry(ada, 'Ben').getByRole('link')).toBeFocused()
  await keyboard.press('m')
  await page.getByRole('dialog').getByRole('button', { name: 'For 8 hours' }).press('Enter')
  await expect(entry(ada, 'Ben')).toContainText('Muted')
  await expect(entry(ada, 'Ben').getByRole('link')).toBeFocused()
  await keyboard.press('a')
  await expect(titles(ada)).toHaveText(['Everyone'])
  await expect(entry(ada, 'Everyone').getByRole('link')).toBeFocused()
})
