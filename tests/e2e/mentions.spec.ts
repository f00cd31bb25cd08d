import { send as toMessage } from '../support/campus.ts'
import { expectAllSent, leaveNetwork } from './support/connection.ts'
import { composer, entry, expectMessages, message, open } from './support/conversing.ts'
import { expect, test } from './support/test.ts'

test('somebody is completed from this device and mentioned, all are only after a question, and one is led to where', async ({
  campus,
}) => {
  const [ben, bernadette] = [await campus.enrol('Ben'), await campus.enrol('Bernadette')]
  const ada = await campus.join('Ada')
  const club = await ben.beginGroup('Film club', [ada, bernadette])
  await ben.send(club, 'Hello all')

  await test.step('who is mentioned sees so in the list and at the message', async () => {
    await expect(entry(ada, 'Film club')).toContainText('Hello all')
    await expect(entry(ada, 'Film club')).not.toContainText(/mention/i)
    await ben.submit(toMessage(club, 'Are you in, @ada?', { mentions: [ada.userId] }))
    await expect(entry(ada, 'Film club')).toContainText(/mention/i)
    await open(ada, 'Film club')
    await expectMessages(ada, ['Hello all', 'Are you in'])
    await expect(message(ada, 'Are you in')).toHaveAccessibleName(/mentions you$/)
    await expect(entry(ada, 'Film club')).not.toContainText(/mention/i)
    await ben.submit(toMessage(club, '@everyone the room has changed', { mentionsAll: true }))
    await expect(message(ada, 'the room has changed')).toHaveAccessibleName(/mentions you$/)
  })

  await test.step('somebody is completed with no network', async () => {
    await leaveNetwork(ada)
    await composer(ada).pressSequentially('I am, @be')
    const people = ada.page.getByRole('listbox', { name: 'People to mention' })
    await expect(people.getByRole('option')).toContainText(['Ben', 'Bernadette'])
    await composer(ada).press('ArrowDown')
    await expect(people.getByRole('option', { selected: true })).toContainText('Bernadette')
    await composer(ada).press('ArrowUp')
    await composer(ada).press('Enter')
    await expect(composer(ada)).toHaveValue('I am, @ben ')
    await composer(ada).pressSequentially('!')
    await composer(ada).press('Enter')
    await expect(message(ada, 'I am')).toContainText('@Ben')
    await ada.device.goOnline()
    await expectAllSent(ada)
    expect((await ben.findMessage(club, 'I am, @ben !')).mentions).toEqual([ben.userId])
  })

  await test.step('@everyone says how many people it reaches, and asks', async () => {
    await composer(ada).pressSequentially('@every')
    await expect(ada.page.getByRole('option', { name: /everyone/ })).toContainText('reaches 2 people')
    await composer(ada).press('Enter')
    await composer(ada).pressSequentially('bring a chair')
    await composer(ada).press('Enter')
    const question = ada.page.getByRole('dialog', { name: 'Mention everyone?' })
    await question.getByRole('button', { name: 'Go on writing' }).click()
    await expect(composer(ada)).toHaveValue('@everyone bring a chair')
    await composer(ada).press('Enter')
    await question.getByRole('button', { name: 'Send to all 2' }).click()
    await expect(message(ada, 'bring a chair')).toBeVisible()
    await expectAllSent(ada)
    expect((await ben.findMessage(club, '@everyone bring a chair')).mentionsAll).toBe(true)
  })
})
