import { MESSAGE_TEXT_MAX } from '../../shared/protocol/limits.ts'
import { expectAllSent, expectConnected, leaveNetwork } from './support/connection.ts'
import {
  chooseFromMenu,
  composer,
  entry,
  expectLatest,
  expectMessages,
  expectSent,
  expectWaiting,
  message,
  open,
  openDirect,
  send,
} from './support/conversing.ts'
import { INSTALLED } from './support/device.ts'
import { signIn } from './support/entering.ts'
import { addPeople, createGroup, openManage, removeFromGroup } from './support/grouping.ts'
import type { Person, Screen } from './support/person.ts'
import { holds } from './support/storage.ts'
import { expect, test } from './support/test.ts'

test('a message waits, is sent, and says which of both', async ({ campus }) => {
  const ada = await campus.join('Ada')
  await open(ada, 'Everyone')
  await leaveNetwork(ada)
  await send(ada, 'Hello')
  await expectWaiting(ada, 'Hello')
  await expect(entry(ada, 'Everyone')).toContainText('1 waiting')
  await ada.device.goOnline()
  await expect(message(ada, 'Hello')).toContainText('Sent', { timeout: 30_000 })
  await expectSent(ada, 'Hello')
  await expect(entry(ada, 'Everyone')).not.toContainText('waiting')
})

test('an edited message is another text to everybody, a deleted one is gone and leaves its place', async ({
  campus,
}) => {
  const [ada, ben] = [await campus.join('Ada'), await campus.join('Ben')]
  for (const person of [ada, ben]) await open(person, 'Everyone')
  for (const text of ['One', 'Two', 'Three']) await send(ada, text)
  await expectMessages(ben, ['One', 'Two', 'Three'])

  await chooseFromMenu(ada, 'Two', 'Edit')
  await expect(composer(ada)).toHaveValue('Two')
  await composer(ada).fill('Two and a half')
  await ada.page.getByRole('button', { name: 'Save' }).click()
  await chooseFromMenu(ada, 'Three', 'Delete')
  const question = ada.page.getByRole('dialog', { name: 'Delete this message?' })
  await question.getByRole('button', { name: 'Keep it' }).click()
  await expectMessages(ada, ['One', 'Two and a half', 'Three'])
  await chooseFromMenu(ada, 'Three', 'Delete')
  await question.getByRole('button', { name: 'Delete' }).click()
  for (const person of [ada, ben]) {
    await expectMessages(person, ['One', 'Two and a half', 'Message deleted'])
    await expect(message(person, 'Two and a half')).toContainText('edited')
    await expectLatest(person, 'Everyone', 'Message deleted')
  }
  // What others wrote one may neither edit nor delete.
  await message(ben, 'One').hover()
  await message(ben, 'One').getByRole('button', { name: 'Message options' }).click()
  await expect(ben.page.getByRole('menuitem', { name: 'Copy text' })).toBeVisible()
  await expect(ben.page.getByRole('menuitem', { name: /Edit|Delete|Pin/ })).toBeHidden()
})

test('each conversation keeps its own draft over a reload', async ({ campus }) => {
  const ada = await campus.join('Ada')
  await campus.enrol('Ben')
  await openDirect(ada, 'Ben')
  await send(ada, 'Hello')
  await composer(ada).fill('To Ben, half')
  await open(ada, 'Everyone')
  await expect(composer(ada)).toHaveValue('')
  await composer(ada).fill('To all,\nhalf')
  await expect(entry(ada, 'Ben')).toContainText('Draft: To Ben, half')
  await expect.poll(() => holds(ada, 'To all,')).toBe(true)
  await ada.page.reload()
  await expect(composer(ada)).toHaveValue('To all,\nhalf')
  await open(ada, 'Ben')
  await expect(composer(ada)).toHaveValue('To Ben, half')
  await composer(ada).press('Enter')
  await expectMessages(ada, ['Hello', 'To Ben, half'])
  await expect(entry(ada, 'Everyone')).toContainText('Draft: To all, half')
  await ada.page.reload()
  await expect(composer(ada)).toHaveValue('')
})

test('what is new is counted, marked, and read on every device at once', async ({ campus }) => {
  const [ada, ben] = [await campus.join('Ada'), await campus.join('Ben')]
  const phone = await campus.openDevice()
  await signIn(phone, ada)
  await openDirect(ben, 'Ada')
  await send(ben, 'One')
  await open(ada, 'Ben')
  await expect(entry(phone, 'Ben')).toContainText('Ben')
  await expect(entry(phone, 'Ben')).not.toContainText('unread')

  await open(ada, 'Everyone')
  for (const text of ['Two', 'Three']) await send(ben, text)
  for (const screen of [ada, phone]) await expect(entry(screen, 'Ben')).toContainText('2 unread')
  await open(ada, 'Ben')
  await expect(ada.page.getByRole('log').getByText('New', { exact: true })).toBeVisible()
  for (const screen of [ada, phone]) await expect(entry(screen, 'Ben')).not.toContainText('unread')
})

test('a message that is too long cannot be sent, and says by how much', async ({ campus }) => {
  const ada = await campus.join('Ada')
  await open(ada, 'Everyone')
  await composer(ada).fill('x'.repeat(MESSAGE_TEXT_MAX + 1))
  await expect(composer(ada)).toHaveAccessibleDescription('1 characters too many')
  await expect(ada.page.getByRole('button', { name: 'Send' })).toBeDisabled()
  await composer(ada).press('Enter')
  await composer(ada).press('Backspace')
  await composer(ada).press('Enter')
  await expect(composer(ada)).toHaveValue('')
  await expectSent(ada, 'x'.repeat(100))
})

test.describe('what is refused', () => {
  async function writeAndBeRemovedMeanwhile(ada: Person, ben: Person): Promise<void> {
    await createGroup(ben, 'Film club', ['Ada'])
    await open(ada, 'Film club')
    await leaveNetwork(ada)
    await send(ada, 'First thought')
    await send(ada, 'Second thought')
    await openManage(ben)
    await removeFromGroup(ben, 'Ada')
    await expect(ben.page.getByRole('region', { name: '1 member' })).toBeVisible()
    await expectAllSent(ben)
    await ada.device.goOnline()
    await ada.page.getByRole('link', { name: '2 things were not sent' }).click({ timeout: 30_000 })
  }

  const refused = ({ page }: Screen) => page.getByRole('region', { name: 'Not taken' }).getByRole('article')

  test('stays to be seen with its reason until a person drops it', async ({ campus }) => {
    const [ada, ben] = [await campus.join('Ada'), await campus.join('Ben')]
    await writeAndBeRemovedMeanwhile(ada, ben)
    await expect(refused(ada)).toContainText(['First thought', 'Second thought'])
    await expect(refused(ada).first()).toContainText('You are not in this conversation.')
    await ada.page.reload()
    await expect(refused(ada)).toContainText(['First thought', 'Second thought'])
    await expectConnected(ada)

    await refused(ada).first().getByRole('button', { name: 'Discard' }).click()
    await expect(refused(ada)).toContainText(['Second thought'])
    await refused(ada).first().getByRole('button', { name: 'Discard' }).click()
    await expect(ada.page.getByRole('heading', { name: 'Everything has arrived' })).toBeVisible()
    await expect(ada.page.getByRole('link', { name: /not sent/ })).toBeHidden()
  })

  test('can be sent again, as it was or rewritten, when it is allowed again', async ({ campus }) => {
    const [ada, ben] = [await campus.join('Ada'), await campus.join('Ben')]
    await writeAndBeRemovedMeanwhile(ada, ben)
    await refused(ada).first().getByRole('button', { name: 'Send again' }).click()
    await expect(refused(ada)).toContainText(['Second thought', 'First thought'])

    await addPeople(ben, ['Ada'])
    await expect(entry(ada, 'Film club')).toBeVisible()
    await refused(ada).filter({ hasText: 'First' }).getByRole('button', { name: 'Send again' }).click()
    await refused(ada).filter({ hasText: 'Second' }).getByRole('button', { name: 'Edit' }).click()
    const dialog = ada.page.getByRole('dialog', { name: 'Write it anew' })
    await dialog.getByRole('textbox', { name: 'Message' }).fill('Better thought')
    await dialog.getByRole('button', { name: 'Send' }).click()
    await open(ben, 'Film club')
    await expectMessages(ben, ['First thought', 'Better thought'])
    await open(ada, 'Film club')
    await expectMessages(ada, ['First thought', 'Better thought'])
  })

  test('stands in its conversation too, where one may drop it', async ({ campus }) => {
    const [ada, ben] = [await campus.join('Ada', INSTALLED), await campus.join('Ben')]
    await openDirect(ada, 'Ben')
    await send(ada, 'Hello')
    await expectSent(ada, 'Hello')
    // Deleted on another device while an edit of it waits on this one.
    const phone = await campus.openDevice()
    await signIn(phone, ada)
    await open(phone, 'Ben')
    await leaveNetwork(ada)
    await chooseFromMenu(ada, 'Hello', 'Edit')
    await composer(ada).fill('Hello Ben')
    await composer(ada).press('Enter')
    await expectWaiting(ada, 'Hello Ben')
    await chooseFromMenu(phone, 'Hello', 'Delete')
    await phone.page.getByRole('dialog').getByRole('button', { name: 'Delete' }).click()
    await expectMessages(phone, ['Message deleted'])
    await ada.device.goOnline()
    const refusal = ada.page.getByRole('log').getByRole('group', { name: 'Not sent' })
    await expect(refusal).toContainText('The edit was not saved. This message was deleted.', { timeout: 30_000 })
    await refusal.getByRole('button', { name: 'Discard' }).click()
    await expect(refusal).toBeHidden()
    await open(ben, 'Ada')
    for (const screen of [ada, ben, phone]) await expectMessages(screen, ['Message deleted'])
  })
})
