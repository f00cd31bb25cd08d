import { expectAccessible } from './support/axe.ts'
import {
  chooseForConversation,
  chooseFromMenu,
  composer,
  expectMessages,
  expectReceipt,
  message,
  open,
  reply,
  send,
} from './support/conversing.ts'
import { createGroup } from './support/grouping.ts'
import { pasteText } from './support/pasting.ts'
import type { Screen } from './support/person.ts'
import { expect, test } from './support/test.ts'

const close = async ({ page }: Screen) => {
  await page.keyboard.press('Escape')
  await expect(page.getByRole('dialog')).toBeHidden()
}

for (const viewport of [
  { width: 390, height: 844 },
  { width: 1280, height: 860 },
]) {
  test(`all that a conversation offers is accessible at ${viewport.width} px`, async ({ campus }) => {
    test.slow()
    const [ada, ben] = [await campus.join('Ada', { viewport }), await campus.join('Ben')]
    const { page } = ada
    await campus.enrol('Cleo')
    await createGroup(ada, 'Film club', ['Ben', 'Cleo'])
    await open(ben, 'Film club')
    await composer(ada).fill('Which **film**, `code` and $x^2$?')
    await composer(ada).press('Control+Enter')
    await send(ben, '@ada the one of yesterday')
    await reply(ada, 'the one of yesterday', 'A good choice')
    await chooseFromMenu(ben, 'A good choice', 'Pin')
    await message(ben, 'A good choice').hover()
    await message(ben, 'A good choice').getByRole('button', { name: 'React' }).click()
    await ben.page.getByRole('button', { name: '👍' }).click()
    await chooseFromMenu(ada, 'A good choice', 'Edit')
    await composer(ada).fill('A very good choice')
    await composer(ada).press('Enter')
    await chooseFromMenu(ada, 'A very good choice', 'Forward')
    await expect(page.getByRole('checkbox', { name: 'Everyone' })).toBeVisible()
    await expectAccessible(ada, 'forwarding')
    await page.getByRole('checkbox', { name: 'Film club' }).check()
    await page.getByRole('dialog').getByRole('button', { name: 'Forward' }).click()
    await expectMessages(ben, ['Which', 'the one of yesterday', 'A very good choice', 'A very good choice'])
    await expect(page.getByRole('list', { name: 'Reactions' })).toBeVisible()
    await expect(page.getByRole('button', { name: 'edited' })).toBeVisible()
    await expectReceipt(ada, 'Forwarded', 'Sent')
    await expectAccessible(ada, 'replies, reactions, receipts and a pin')

    await page.getByRole('button', { name: 'edited' }).click()
    await expect(page.getByRole('dialog').getByRole('listitem')).toHaveCount(2)
    await expectAccessible(ada, 'the history of a message')
    await close(ada)
    await chooseFromMenu(ada, 'Which', 'Info')
    await expect(page.getByRole('region', { name: 'Seen' })).toBeVisible()
    await expectAccessible(ada, 'who has seen a message')
    await close(ada)
    await chooseFromMenu(ada, 'Which', 'More emoji')
    await expect(page.getByRole('grid', { name: 'Emoji' })).toBeVisible()
    await expectAccessible(ada, 'all emoji')
    await close(ada)
    await page.getByRole('button', { name: 'Conversation options' }).click()
    await expectAccessible(ada, 'what one can do with the conversation')
    await page.keyboard.press('Escape')
    for (const choice of ['Jump to a date', 'Mute']) {
      await chooseForConversation(ada, choice)
      await expect(page.getByRole('dialog')).toBeVisible()
      await expectAccessible(ada, choice)
      await close(ada)
    }

    await chooseFromMenu(ada, 'Which', 'Reply')
    await composer(ada).pressSequentially('Hello @')
    await expect(page.getByRole('option')).toHaveCount(3)
    await expectAccessible(ada, 'completing a mention in a reply')
    await composer(ada).press('Escape')
    await pasteText(ada, 'so much ', 100_000)
    await expect(page.getByRole('group', { name: 'Pasted text' })).toBeVisible()
    await expectAccessible(ada, 'a text that is too long')
    await page.getByRole('button', { name: 'Discard' }).click()
    await composer(ada).fill('@everyone look')
    await composer(ada).press('Control+Enter')
    await expect(page.getByRole('dialog', { name: 'Mention everyone?' })).toBeVisible()
    await expectAccessible(ada, 'the question before mentioning everyone')
  })
}
