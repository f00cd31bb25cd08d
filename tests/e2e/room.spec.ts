import { react, send } from '../support/campus.ts'
import { expectAccessible } from './support/axe.ts'
import { chooseForConversation, composer, entry, message, messages, open } from './support/conversing.ts'
import { drawAcross } from './support/drawing.ts'
import { expectRoomForLargeText, expectTargets, expectToldApart } from './support/room.ts'
import { expect, test } from './support/test.ts'

const PHONE = { viewport: { width: 390, height: 780 }, hasTouch: true, isMobile: true }

test('on a phone names are readable in large text, what one touches is large enough, a finger answers and goes back, and in forced colours one sees what is chosen', async ({
  campus,
}) => {
  const ben = await campus.enrol('Benedikta Sommerfeldt')
  const ada = await campus.join('Ada', PHONE)
  const { page } = ada
  const group = await ben.beginGroup('Introduction to Databases', [ada])
  await ben.send(group, 'The first lecture is on Monday, in the large hall.')
  await ben.submit(send(group, '@ada will you come?', { mentions: [ada.userId] }))
  await ben.send(await ben.beginDirect(ada), 'Hello')
  await expect(entry(ada, 'Introduction to Databases')).toContainText('2 unread')
  const forced = async (look: () => Promise<void>) => {
    await page.emulateMedia({ forcedColors: 'active' })
    await look()
    await page.emulateMedia({ forcedColors: 'none' })
  }
  const expectRoom = async (what: string) => {
    await expectTargets(ada, what)
    await expectRoomForLargeText(ada, what)
  }

  await test.step('the list', async () => {
    await expectRoom('the list')
    await expect(page.getByRole('main')).toBeVisible()
  })

  await test.step('a conversation', async () => {
    await open(ada, 'Introduction to Databases')
    const { id } = await ben.findMessage(group, '@ada will you come?')
    await ben.submit(react(group, id, '👍'), react(group, id, '🎉'))
    await expect(message(ada, 'will you come').getByRole('list', { name: 'Reactions' })).toBeVisible()
    await expectRoom('a conversation')
    const [thumb, party] = [page.getByRole('button', { name: /^👍/ }), page.getByRole('button', { name: /^🎉/ })]
    await thumb.click()
    await expect(thumb).toHaveAttribute('aria-pressed', 'true')
    await forced(() => expectToldApart(thumb, party, 'one’s own reaction'))
    await composer(ada).pressSequentially('@b')
    await expect(page.getByRole('option')).toHaveCount(1)
    await expectRoom('completing a mention')
    await composer(ada).fill('')
    await page.getByRole('button', { name: 'Emoji' }).click()
    await expect(page.getByRole('grid', { name: 'Emoji' })).toBeVisible()

    await expectTargets(ada, 'all emoji')
    await page.goBack()
    await expect(page.getByRole('grid', { name: 'Emoji' })).toBeHidden()
    await chooseForConversation(ada, 'Jump to a date')
    // Going back before it is there would leave the conversation.
    const dialog = page.getByRole('dialog', { name: 'Jump to a date' })
    await expect(dialog).toBeVisible()
    await expectRoom('jump to a date')
    await page.goBack()
    await expect(dialog).toBeHidden()
    const answering = page.getByRole('button', { name: /^Reply to/ })
    await drawAcross(page, message(ada, 'The first lecture'), { down: 60 })
    await expect(answering).toBeHidden()
    await drawAcross(page, message(ada, 'The first lecture'), { across: 120 })
    await expect(answering).toContainText('The first lecture')
    await drawAcross(page, page.locator('main header'), { across: 120 })
    await expect(composer(ada)).toBeHidden()
    await open(ada, 'Introduction to Databases')
  })

  await test.step('people, settings, and the group', async () => {
    await page.goto('/people')
    await expect(page.getByRole('link', { name: 'About Benedikta' })).toBeVisible()
    await expectRoom('people')
    await page.goto(`/c/${group}/manage`)
    await expect(page.getByRole('heading', { level: 1 })).toBeVisible()
    await expectRoom('a group')
    await page.goto('/groups/new')
    await expect(page.getByRole('checkbox').first()).toBeVisible()
    await expectRoom('a new group')
    await page.goto('/settings')
    const seen = page.getByRole('switch').first()
    await expect(seen).toBeVisible()
    await expectRoom('settings')
    await page.getByRole('button', { name: 'Show what marks do' }).click()
    const marks = page.getByRole('dialog', { name: 'Marks', exact: true })
    await expect(marks.getByText('Marks at the beginning of a line')).toBeVisible()
    await expect(marks.getByText('In the list of conversations')).toHaveCount(0)
    await page.keyboard.press('Escape')
    await forced(async () => {
      await expect(seen).toBeChecked()
      await page.getByRole('switch').nth(1).click()
      await expect(page.getByRole('switch').nth(1)).not.toBeChecked()
      await expectToldApart(seen, page.getByRole('switch').nth(1), 'a switch')
    })
  })

  await test.step('on a wide screen the open conversation is told apart, and what was chosen to go to', async () => {
    await page.setViewportSize({ width: 1280, height: 800 })
    await page.goto(`/c/${group}`)
    await expect(messages(ada).first()).toBeVisible()
    await expectRoomForLargeText(ada, 'a conversation on a wide screen')
    const cards = page.locator('nav .card')
    await forced(() =>
      expectToldApart(cards.filter({ has: page.locator('[aria-current]') }), cards.last(), 'the open one'),
    )
    await page.keyboard.press('Control+k')
    await expect(page.getByRole('option').first()).toBeVisible()
    await expectRoomForLargeText(ada, 'finding a place')
    await page.setViewportSize({ width: 1280, height: 300 })
    await expectAccessible(ada, 'finding a place that one has to scroll to', ['light'])
    await forced(() =>
      expectToldApart(page.getByRole('option').first(), page.getByRole('option').last(), 'where to go'),
    )
  })
})
