import { titles } from './support/arranging.ts'
import { composer, entry, expectLatest, expectOpen } from './support/conversing.ts'
import { composeEnter } from './support/input.ts'
import { expect, test } from './support/test.ts'

test('keys are listed, lead from one conversation to another and to people, arrange the list, and the focus stays', async ({
  campus,
}) => {
  const ben = await campus.enrol('Ben')
  await campus.enrol('Eva')
  const ada = await campus.join('Ada')
  const { page } = ada
  const { keyboard } = page

  await test.step('a question mark lists the keys, but not while one types', async () => {
    const dialog = page.getByRole('dialog', { name: 'Keys' })
    await keyboard.press('?')
    for (const group of ['Anywhere', 'In the list of conversations', 'While writing', 'In the messages']) {
      await expect(dialog.getByRole('heading', { name: group })).toBeVisible()
    }
    await expect(dialog.getByText('Go to a conversation or a person')).toBeVisible()
    await keyboard.press('Escape')
    await expect(dialog).toBeHidden()
    await page.getByRole('link', { name: 'Everyone' }).click()
    await composer(ada).pressSequentially('Why?')
    await expect(composer(ada)).toHaveValue('Why?')
    await expect(dialog).toBeHidden()
    await composer(ada).fill('')
  })

  const direct = await ben.beginDirect(ada)
  await ben.send(direct, 'Hello')
  await expectLatest(ada, 'Ben', 'Hello')

  await test.step('in the list one moves and arranges, and the focus stays', async () => {
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
    await keyboard.press('p')
  })

  const carla = await campus.enrol('Carla')
  await carla.send(await carla.beginDirect(ada), 'Hello')
  await expectLatest(ada, 'Carla', 'Hello')
  const club = await ben.beginGroup('Film club', [ada])
  await expect(titles(ada)).toHaveText(['Film club', 'Carla', 'Everyone'])
  const places = page.getByRole('listbox', { name: 'Conversations and people' }).getByRole('option')

  await test.step('they lead to conversations and people', async () => {
    await keyboard.press('Control+k')
    await composeEnter(page.getByRole('combobox', { name: 'Conversation or person' }))
    await expect(places).toHaveCount(4)
    await keyboard.type('e')
    await expect(places).toHaveText([/Everyone/, /Ben/, /Eva/])
    await keyboard.press('ArrowDown')
    await keyboard.press('ArrowDown')
    await expect(places.nth(2)).toHaveAttribute('aria-selected', 'true')
    await keyboard.press('Enter')
    await expectOpen(ada, 'Eva')
    await expect(composer(ada)).toBeFocused()
    await keyboard.press('Control+k')
    await expect(places).toHaveCount(4)
    await keyboard.type('film')
    await expect(places).toHaveText([/Film club/])
    await keyboard.press('Enter')
    await expectOpen(ada, 'Film club')
  })

  await test.step('from one to the next, to the next with something new, and back', async () => {
    await keyboard.press('Alt+ArrowDown')
    await expectOpen(ada, 'Carla')
    await keyboard.press('Alt+ArrowDown')
    await expectOpen(ada, 'Everyone')
    await keyboard.press('Alt+ArrowUp')
    await expectOpen(ada, 'Carla')
    await ben.send(club, 'Welcome')
    await expect(entry(ada, 'Film club')).toContainText('1 unread')
    await keyboard.press('Alt+Shift+ArrowDown')
    await expectOpen(ada, 'Film club')
    await keyboard.press('Escape')
    await expect(entry(ada, 'Film club').getByRole('link')).toBeFocused()
    await expect(composer(ada)).toBeHidden()
  })
})
