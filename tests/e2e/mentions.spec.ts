import { leaveNetwork } from './support/connection.ts'
import { composer, entry, expectMessages, expectSent, message, open, send } from './support/conversing.ts'
import { createGroup } from './support/grouping.ts'
import { expect, test } from './support/test.ts'

test('somebody is completed from this device, mentioned, and led to where', async ({ campus }) => {
  const [ada, ben] = [await campus.join('Ada'), await campus.join('Ben')]
  await campus.enrol('Bernadette')
  await createGroup(ada, 'Film club', ['Ben', 'Bernadette'])
  await send(ada, 'Hello all')
  await expect(entry(ben, 'Film club')).toBeVisible()
  await expectSent(ada, 'Hello all')

  await leaveNetwork(ada)
  await composer(ada).pressSequentially('Are you in, @be')
  const people = ada.page.getByRole('listbox', { name: 'People to mention' })
  await expect(people.getByRole('option')).toContainText(['Ben', 'Bernadette'])
  await composer(ada).press('ArrowDown')
  await expect(people.getByRole('option', { selected: true })).toContainText('Bernadette')
  await composer(ada).press('ArrowUp')
  await composer(ada).press('Enter')
  await expect(composer(ada)).toHaveValue('Are you in, @ben ')
  await composer(ada).pressSequentially('?')
  await composer(ada).press('Enter')
  await expect(message(ada, 'Are you in')).toContainText('@Ben')
  await ada.device.goOnline()
  await expectSent(ada, 'Are you in')

  await expect(entry(ben, 'Film club')).toContainText(/mention/i)
  await open(ben, 'Film club')
  await expectMessages(ben, ['Hello all', 'Are you in'])
  await expect(message(ben, 'Are you in')).toHaveAccessibleName(/mentions you$/)
  await expect(entry(ben, 'Film club')).not.toContainText(/mention/i)
})

test('@everyone says how many people it reaches, and asks', async ({ campus }) => {
  const [ada, ben] = [await campus.join('Ada'), await campus.join('Ben')]
  await campus.enrol('Cleo')
  await createGroup(ada, 'Film club', ['Ben', 'Cleo'])
  await composer(ada).pressSequentially('@every')
  await expect(ada.page.getByRole('option', { name: /everyone/ })).toContainText('reaches 2 people')
  await composer(ada).press('Enter')
  await composer(ada).pressSequentially('the room has changed')
  await composer(ada).press('Enter')
  const question = ada.page.getByRole('dialog', { name: 'Mention everyone?' })
  await question.getByRole('button', { name: 'Go on writing' }).click()
  await expect(composer(ada)).toHaveValue('@everyone the room has changed')
  await composer(ada).press('Enter')
  await question.getByRole('button', { name: 'Send to all 2' }).click()
  await open(ben, 'Film club')
  await expect(message(ben, 'the room has changed')).toHaveAccessibleName(/mentions you$/)
})
