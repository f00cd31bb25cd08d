import { directId } from '../../shared/direct-id.ts'
import { EVERYONE_ID } from '../../shared/protocol/fields.ts'
import { edit, send as sayCommand } from '../support/campus.ts'
import { untilAppears } from './support/appearing.ts'
import { expectAllSent, expectOffline, leaveNetwork, waitUntilInstalled } from './support/connection.ts'
import {
  chooseFromMenu,
  composer,
  expectLedTo,
  expectMessages,
  expectOpen,
  message,
  messages,
  open,
  reply,
  send,
} from './support/conversing.ts'
import { INSTALLED } from './support/device.ts'
import { createGroup } from './support/grouping.ts'
import type { Screen } from './support/person.ts'
import { expect, test } from './support/test.ts'

const reactions = (screen: Screen, text: string) =>
  message(screen, text).getByRole('list', { name: 'Reactions' }).getByRole('button')

test('replies, reactions, edits, pins and forwarding wait offline, and arrive at the others as they were meant', async ({
  campus,
}) => {
  const cleo = await campus.enrol('Cleo')
  const permissions = ['clipboard-read', 'clipboard-write']
  const [ada, ben] = [await campus.join('Ada', { permissions, ...INSTALLED }), await campus.join('Ben')]
  await createGroup(ada, 'Film club', ['Ben'])
  await send(ada, 'Which one?')
  await open(ben, 'Film club')
  await expectMessages(ben, ['Which one?'])
  await send(ben, 'Roma')
  await expectMessages(ada, ['Which one?', 'Roma'])

  await test.step('a reply, a reaction, an edit and a pin wait', async () => {
    await leaveNetwork(ada)
    await reply(ada, 'Roma', 'A good choice')
    await expect(message(ada, 'A good choice').getByRole('button', { name: /Answers Ben/ })).toContainText('Roma')
    const roma = messages(ada).filter({ hasText: 'Roma' }).first()
    await roma.hover()
    await expect(roma.getByRole('button', { name: 'React' }).locator('svg')).toBeVisible()
    await roma.getByRole('button', { name: 'React' }).click()
    await ada.page.getByRole('button', { name: '👍' }).click()
    await expect(roma.getByRole('list', { name: 'Reactions' })).toContainText(/👍\s*1/)
    await chooseFromMenu(ada, 'Which one?', 'Edit')
    await expect(composer(ada)).toHaveValue('Which one?')
    await composer(ada).fill('Which film?')
    await composer(ada).press('Enter')
    await chooseFromMenu(ada, 'Which film?', 'Pin')
    await expect(ada.page.getByRole('button', { name: /^Pinned/ })).toContainText('You: Which film?')
    await expectOffline(ada, '1 message and 3 changes')
  })

  await test.step('a message is forwarded to several conversations, one of them not begun yet', async () => {
    await chooseFromMenu(ada, 'A good choice', 'Forward')
    const dialog = ada.page.getByRole('dialog', { name: 'Forward to' })
    for (const name of ['Everyone', 'Cleo']) await dialog.getByRole('checkbox', { name, exact: true }).check()
    await dialog.getByRole('button', { name: 'Forward' }).click()
    await expect(dialog).toBeHidden()
    await open(ada, 'Cleo')
    await expect(message(ada, 'A good choice')).toContainText('Forwarded')
    await open(ada, 'Film club')
  })

  await test.step('they arrive at the others, who answer them', async () => {
    await ada.device.goOnline()
    await expectAllSent(ada)
    await expectMessages(ben, ['Which film?', 'Roma', 'A good choice'])
    await expect(reactions(ben, 'Roma').first()).toHaveAccessibleName('👍 1 Ada')
    await reactions(ben, 'Roma').first().click()
    await expect(reactions(ada, 'Roma').first()).toHaveAccessibleName(/^👍 2 (You and Ben|Ben and You)$/)
    await reactions(ada, 'Roma').first().click()
    await expect(reactions(ben, 'Roma').first()).toHaveAccessibleName('👍 1 You')
  })

  await test.step('a reply, a pin and an edit lead to what they are of', async () => {
    await message(ben, 'A good choice')
      .getByRole('button', { name: /Answers You/ })
      .click()
    await expect(messages(ben).nth(1)).toBeFocused()
    await ben.page.getByRole('button', { name: /^Pinned/ }).click()
    await expectLedTo(ben, 'Which film?')
    await message(ben, 'Which film?').getByRole('button', { name: 'edited' }).click()
    const history = ben.page.getByRole('dialog', { name: 'History of this message' })
    await expect(history.getByRole('listitem')).toContainText(['Which one?', 'Which film?'])
    await history.getByRole('button', { name: 'Close' }).click()
  })

  await test.step('what is taken down and deleted is gone from all', async () => {
    const pinned = ada.page.getByRole('button', { name: /^Pinned/ })
    const question = ada.page.getByRole('dialog', { name: 'Take this pin down?' })
    await message(ben, 'Which film?').hover()
    await message(ben, 'Which film?').getByRole('button', { name: 'Message options' }).click()
    await expect(ben.page.getByRole('menuitem', { name: /^Reply/ })).toBeVisible()
    await expect(ben.page.getByRole('menuitem', { name: 'Take down' })).toBeHidden()
    await ben.page.keyboard.press('Escape')
    await chooseFromMenu(ada, 'Which film?', 'Take down')
    await question.getByRole('button', { name: 'Leave it' }).click()
    await expect(pinned).toBeVisible()
    await chooseFromMenu(ada, 'Which film?', 'Take down')
    await question.getByRole('button', { name: 'Take down' }).click()
    await expect(pinned).toBeHidden()
    await expect(ben.page.getByRole('button', { name: /^Pinned/ })).toBeHidden()
    await chooseFromMenu(ada, 'Which film?', 'Delete')
    await ada.page.getByRole('dialog').getByRole('button', { name: 'Delete for everybody' }).click()
    await expectMessages(ben, ['Message deleted', 'Roma', 'A good choice'])
  })

  await test.step('what was forwarded says so, and by whom', async () => {
    await open(ben, 'Everyone')
    await expect(message(ben, 'A good choice')).toContainText('Forwarded')
    await expect(message(ben, 'A good choice')).toContainText('Ada')
  })

  await test.step('a link to a message opens its conversation there, also offline', async () => {
    await cleo.send(EVERYONE_ID, ...Array.from({ length: 30 }, (_, index) => `Number ${index + 1}.`))
    await open(ada, 'Everyone')
    const third = message(ada, 'Number 3.')
    await composer(ada).press('Shift+ArrowUp')
    await ada.page.getByRole('log').press('Home')
    await expect(third).toBeInViewport()
    const copied = untilAppears(ada, '[role="status"]', 'Copied')
    await chooseFromMenu(ada, 'Number 3.', 'Copy text')
    await copied
    expect(await ada.page.evaluate(() => navigator.clipboard.readText())).toBe('Number 3.')
    await chooseFromMenu(ada, 'Number 3.', 'Copy link')
    const link = await ada.page.evaluate(() => navigator.clipboard.readText())
    expect(link).toMatch(/\/c\/[0-9a-f-]{36}\/4$/)

    await waitUntilInstalled(ada)
    await leaveNetwork(ada)
    await ada.page.getByRole('link', { name: 'Settings' }).click()
    await expect(third).toBeHidden()
    await ada.page.goto(new URL(link).pathname)
    await expectOpen(ada, 'Everyone')
    await expectLedTo(ada, 'Number 3.')
  })

  await test.step('what is edited while one chooses where it goes is forwarded as it is by then', async () => {
    await ada.device.goOnline()
    const direct = directId(ada.userId, cleo.userId)
    const said = sayCommand(direct, 'We meet at noon')
    await cleo.submit(said)
    await open(ada, 'Cleo')
    await chooseFromMenu(ada, 'We meet at noon', 'Forward')
    const dialog = ada.page.getByRole('dialog', { name: 'Forward to' })
    await dialog.getByRole('checkbox', { name: 'Film club', exact: true }).check()
    await cleo.submit(edit(direct, said.id, 'We meet at one'))
    await expect(dialog).toContainText('We meet at one')
    await dialog.getByRole('button', { name: 'Forward' }).click()
    await expect(dialog).toBeHidden()
    await open(ada, 'Film club')
    await expect(message(ada, 'We meet at one')).toContainText('Forwarded')
  })
})
