import { pin, react, read, send } from '../support/campus.ts'
import { expectAccessibleAtAnyWidth } from './support/axe.ts'
import { expectAllSent } from './support/connection.ts'
import {
  chooseForConversation,
  chooseFromMenu,
  composer,
  expectMessages,
  expectReceipt,
  reply,
} from './support/conversing.ts'
import { createGroup } from './support/grouping.ts'
import { pasteText } from './support/pasting.ts'
import type { Screen } from './support/person.ts'
import { openConversationId } from './support/storage.ts'
import { expect, test } from './support/test.ts'

const close = async ({ page }: Screen) => {
  await page.keyboard.press('Escape')
  await expect(page.getByRole('dialog')).toBeHidden()
}

test('all that a conversation offers is accessible on a phone and on a wide screen', async ({ campus }) => {
  test.slow()
  const ada = await campus.join('Ada')
  const ben = await campus.enrol('Ben')
  const { page } = ada
  await campus.enrol('Cleo')
  await createGroup(ada, 'Film club', ['Ben', 'Cleo'])
  const groupId = openConversationId(ada)
  await composer(ada).fill('Which **film**, `code` and $x^2$?')
  await composer(ada).press('Control+Enter')
  await expectAllSent(ada)
  await ben.submit(send(groupId, '@ada the one of yesterday', { mentions: [ada.userId] }))
  await reply(ada, 'the one of yesterday', 'A good choice')
  await expectAllSent(ada)
  const { id, n } = await ben.findMessage(groupId, 'A good choice')
  await ben.submit(pin(groupId, id), react(groupId, id), read(groupId, n))
  await chooseFromMenu(ada, 'A good choice', 'Edit')
  await expect(composer(ada)).toHaveValue('A good choice')
  await composer(ada).fill('A very good choice')
  await composer(ada).press('Enter')
  await chooseFromMenu(ada, 'A very good choice', 'Forward')
  await expect(page.getByRole('checkbox', { name: 'Everyone' })).toBeVisible()
  await expectAccessibleAtAnyWidth(ada, 'forwarding')
  await page.getByRole('checkbox', { name: 'Film club' }).check()
  await page.getByRole('dialog').getByRole('button', { name: 'Forward' }).click()
  await expectMessages(ada, ['Which', 'the one of yesterday', 'A very good choice', 'A very good choice'])
  await expect(page.getByRole('list', { name: 'Reactions' })).toBeVisible()
  await expect(page.getByRole('button', { name: 'edited' })).toBeVisible()
  await expectReceipt(ada, 'Forwarded', 'Sent')
  await expectAccessibleAtAnyWidth(ada, 'replies, reactions, receipts and a pin')

  await page.getByRole('button', { name: 'edited' }).click()
  await expect(page.getByRole('dialog').getByRole('listitem')).toHaveCount(2)
  await expectAccessibleAtAnyWidth(ada, 'the history of a message')
  await close(ada)
  await chooseFromMenu(ada, 'Which', 'Info')
  await expect(page.getByRole('region', { name: 'Seen' })).toBeVisible()
  await expectAccessibleAtAnyWidth(ada, 'who has seen a message')
  await close(ada)
  await chooseFromMenu(ada, 'Which', 'More emoji')
  await expect(page.getByRole('grid', { name: 'Emoji' })).toBeVisible()
  await expectAccessibleAtAnyWidth(ada, 'all emoji')
  await close(ada)
  await page.getByRole('button', { name: 'Conversation options' }).click()
  await expect(page.getByRole('menu')).toBeVisible()
  await expectAccessibleAtAnyWidth(ada, 'what one can do with the conversation')
  await page.keyboard.press('Escape')
  for (const choice of ['Jump to a date', 'Mute']) {
    await chooseForConversation(ada, choice)
    await expect(page.getByRole('dialog')).toBeVisible()
    await expectAccessibleAtAnyWidth(ada, choice)
    await close(ada)
  }

  await chooseFromMenu(ada, 'Which', 'Reply')
  await composer(ada).pressSequentially('Hello @')
  await expect(page.getByRole('option')).toHaveCount(3)
  await expectAccessibleAtAnyWidth(ada, 'completing a mention in a reply')
  await composer(ada).press('Escape')
  await pasteText(ada, 'so much ', 100_000)
  await expect(page.getByRole('group', { name: 'Pasted text' })).toBeVisible()
  await expectAccessibleAtAnyWidth(ada, 'a text that is too long')
  await page.getByRole('button', { name: 'Discard' }).click()
  await composer(ada).fill('@everyone look')
  await composer(ada).press('Control+Enter')
  await expect(page.getByRole('dialog', { name: 'Mention everyone?' })).toBeVisible()
  await expectAccessibleAtAnyWidth(ada, 'the question before mentioning everyone')
})
