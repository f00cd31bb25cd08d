import { EVERYONE_ID } from '../../shared/protocol/fields.ts'
import { MESSAGE_TEXT_MAX } from '../../shared/protocol/limits.ts'
import { addMembers, edit, remove, removeMember } from '../support/campus.ts'
import { expectConnected, leaveNetwork } from './support/connection.ts'
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
import { signIn } from './support/entering.ts'
import { bringFiles } from './support/files.ts'
import { composeEnter } from './support/input.ts'
import { holds } from './support/storage.ts'
import { expect, test } from './support/test.ts'

/** What begins as one does. */
const PICTURE = { name: 'graph.png', mimeType: 'image/png', buffer: Buffer.alloc(8) }

test('a message waits and is sent, is edited and deleted, is never too long, and stays a draft until then', async ({
  campus,
}) => {
  const ben = await campus.enrol('Ben')
  const ada = await campus.join('Ada')
  await open(ada, 'Everyone')

  await test.step('it waits, is sent, and says which of both', async () => {
    await leaveNetwork(ada)
    await send(ada, 'One')
    await expectWaiting(ada, 'One')
    await expect(entry(ada, 'Everyone')).toContainText('1 waiting')
    await ada.device.goOnline()
    await expect(message(ada, 'One')).toContainText('Sent')
    await expectSent(ada, 'One')
    await expect(entry(ada, 'Everyone')).not.toContainText('waiting')
  })

  await test.step('edited it is another text to everybody, deleted it is gone and leaves its place', async () => {
    for (const text of ['Two', 'Three']) await send(ada, text)
    await chooseFromMenu(ada, 'Two', 'Edit')
    await expect(composer(ada)).toHaveValue('Two')
    await composer(ada).fill('Two and a half')
    await ada.page.getByRole('button', { name: 'Save' }).click()
    await chooseFromMenu(ada, 'Three', 'Delete')
    const question = ada.page.getByRole('dialog', { name: 'Delete this message?' })
    await question.getByRole('button', { name: 'Cancel' }).click()
    await expectMessages(ada, ['One', 'Two and a half', 'Three'])
    await chooseFromMenu(ada, 'Three', 'Delete')
    await question.getByRole('button', { name: 'Delete for everybody' }).click()
    const changed = ['One', 'Two and a half', 'Message deleted']
    await expectMessages(ada, changed)
    await expect(message(ada, 'Two and a half')).toContainText('edited')
    await expectLatest(ada, 'Everyone', 'Message deleted')
    await expect.poll(() => ben.read(EVERYONE_ID)).toEqual(changed)
  })

  await test.step('so it is with what others wrote, which one may neither edit nor delete', async () => {
    await ben.send(EVERYONE_ID, 'Four', 'Five')
    await expectLatest(ada, 'Everyone', 'Five')
    const [four, five] = [await ben.findMessage(EVERYONE_ID, 'Four'), await ben.findMessage(EVERYONE_ID, 'Five')]
    await ben.submit(edit(EVERYONE_ID, four.id, 'Four and a half'), remove(EVERYONE_ID, five.id))
    await expectMessages(ada, ['One', 'Two and a half', 'Message deleted', 'Four and a half', 'Message deleted'])
    await expect(message(ada, 'Four and a half')).toContainText('edited')
    await expectLatest(ada, 'Everyone', 'Message deleted')
    await message(ada, 'Four').hover()
    await message(ada, 'Four').getByRole('button', { name: 'Message options' }).click()
    await expect(ada.page.getByRole('menuitem', { name: 'Copy text' })).toBeVisible()
    await expect(ada.page.getByRole('menuitem', { name: /Edit|Pin/ })).toBeHidden()
    await ada.page.keyboard.press('Escape')
  })

  await test.step('a picture has no place in an edit, which is said, and a key that composes sends nothing', async () => {
    await chooseFromMenu(ada, 'Two and a half', 'Edit')
    const sentence = ada.page.getByText('Pictures and files cannot be put in here.')
    await expect(composer(ada)).toHaveValue('Two and a half')
    await composer(ada).fill('Look:')
    await bringFiles(composer(ada), 'paste', PICTURE)
    await expect(sentence).toBeVisible()
    await composer(ada).press('!')
    await expect(sentence).toBeHidden()
    await bringFiles(ada.page.getByRole('log'), 'drop', PICTURE)
    await expect(sentence).toBeVisible()
    await composeEnter(composer(ada))
    await expect(composer(ada)).toHaveValue('Look:!')
    await composer(ada).press('Escape')
    await ada.page.getByRole('button', { name: 'Discard' }).click()
  })

  await test.step('an edit in progress is a draft of its message', async () => {
    await chooseFromMenu(ada, 'Two and a half', 'Edit')
    await expect(composer(ada)).toHaveValue('Two and a half')
    await composer(ada).fill('Two and three quarters')
    const editing = ada.page.getByText('Editing your message')
    await openDirect(ada, 'Ben')
    await expect(editing).toBeHidden()
    await open(ada, 'Everyone')
    await expect(composer(ada)).toHaveValue('Two and three quarters')
    await expect(editing).toBeVisible()
    await ada.page.reload()
    await expect(composer(ada)).toHaveValue('Two and three quarters')
    await chooseFromMenu(ada, 'Four and a half', 'Reply')
    await expect(composer(ada)).toHaveValue('')
    const aside = ada.page.getByRole('group', { name: 'An edit that is not saved' })
    await expect(aside).toContainText('Two and three quarters')
    await composer(ada).press('Escape')
    await aside.getByRole('button', { name: 'Continue' }).click()
    await expect(editing).toBeVisible()
    await ada.page.getByRole('button', { name: 'Save' }).click()
    await expect(message(ada, 'Two and three quarters')).toContainText('edited')
    await expect(aside).toBeHidden()
  })

  await test.step('what is too long cannot be sent, and says by how much', async () => {
    await composer(ada).fill('x'.repeat(MESSAGE_TEXT_MAX + 1))
    await expect(composer(ada)).toHaveAccessibleDescription('1 characters too many')
    await expect(ada.page.getByRole('button', { name: 'Send' })).toBeDisabled()
    await composer(ada).press('Enter')
    await composer(ada).press('Backspace')
    await composer(ada).press('Enter')
    await expect(composer(ada)).toHaveValue('')
    await expectSent(ada, 'x'.repeat(100))
  })

  await test.step('each conversation keeps its own draft over a reload', async () => {
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
})

test('what is refused stays to be seen with its reason, until a person drops it or sends it when it is allowed again', async ({
  campus,
}) => {
  const [ben, elsewhere] = [await campus.enrol('Ben'), await campus.enrol('Ada')]
  const club = await ben.beginGroup('Film club', [elsewhere])
  const direct = await elsewhere.beginDirect(ben)
  await elsewhere.send(direct, 'Hello')
  const device = await campus.openDevice()
  await signIn(device, elsewhere)
  const ada = { device, page: device.page }
  const refused = ada.page.getByRole('region', { name: 'Not taken' }).getByRole('article')

  await test.step('one writes and edits with no network, and meanwhile may not', async () => {
    await open(ada, 'Film club')
    await open(ada, 'Ben')
    await leaveNetwork(ada)
    await chooseFromMenu(ada, 'Hello', 'Edit')
    await expect(composer(ada)).toHaveValue('Hello')
    await composer(ada).fill('Hello Ben')
    await composer(ada).press('Enter')
    await expectWaiting(ada, 'Hello Ben')
    await open(ada, 'Film club')
    for (const thought of ['First thought', 'Second thought', 'Third thought']) await send(ada, thought)
    await open(ada, 'Ben')
    await ben.submit(removeMember(club, elsewhere.userId))
    const hello = await elsewhere.findMessage(direct, 'Hello')
    await elsewhere.submit(remove(direct, hello.id))
    await ada.device.goOnline()
  })

  await test.step('it is said in its conversation too, where one may drop it', async () => {
    const refusal = ada.page.getByRole('log').getByRole('group', { name: 'Not sent' })
    await expect(refusal).toContainText('The edit was not saved. This message was deleted.')
    await refusal.getByRole('button', { name: 'Discard' }).click()
    await expect(refusal).toBeHidden()
    await expectMessages(ada, ['Message deleted'])
    expect(await ben.read(direct)).toEqual(['Message deleted'])
  })

  await test.step('it stays, also over a reload, until one drops it', async () => {
    await ada.page.getByRole('link', { name: '3 things were not sent' }).click()
    await expect(refused).toContainText(['First thought', 'Second thought', 'Third thought'])
    await expect(refused.first()).toContainText('You are not in this conversation.')
    await ada.page.reload()
    await expect(refused).toContainText(['First thought', 'Second thought', 'Third thought'])
    await expectConnected(ada)
    await refused.last().getByRole('button', { name: 'Discard' }).click()
    await expect(refused).toContainText(['First thought', 'Second thought'])
  })

  await test.step('sent again it is refused again', async () => {
    await refused.first().getByRole('button', { name: 'Send again' }).click()
    await expect(refused).toContainText(['Second thought', 'First thought'])
  })

  await test.step('it is sent, as it was or rewritten, when it is allowed again', async () => {
    await ben.submit(addMembers(club, elsewhere.userId))
    await expect(entry(ada, 'Film club')).toBeVisible()
    await refused.filter({ hasText: 'First' }).getByRole('button', { name: 'Send again' }).click()
    await refused.filter({ hasText: 'Second' }).getByRole('button', { name: 'Edit' }).click()
    const dialog = ada.page.getByRole('dialog', { name: 'Write it anew' })
    await dialog.getByRole('textbox', { name: 'Message' }).fill('Better thought')
    await dialog.getByRole('button', { name: 'Send' }).click()
    await expect(ada.page.getByRole('heading', { name: 'Everything has arrived' })).toBeVisible()
    await expect(ada.page.getByRole('link', { name: /not sent/ })).toBeHidden()
    await open(ada, 'Film club')
    await expectMessages(ada, ['First thought', 'Better thought'])
    expect(await ben.read(club)).toEqual(['First thought', 'Better thought'])
  })
})
