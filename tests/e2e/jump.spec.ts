import { connectionLine, expectConnected, leaveNetwork, waitUntilInstalled } from './support/connection.ts'
import {
  chooseForConversation,
  composer,
  entry,
  expectLedTo,
  message,
  messages,
  open,
  openDirect,
  send,
} from './support/conversing.ts'
import { INSTALLED } from './support/device.ts'
import { talkInEveryone } from './support/seed.ts'
import { scrollOn } from './support/scrolling.ts'
import { expect, test } from './support/test.ts'

const COUNT = 300

test('one jumps to a message by its link, to a day and to the newest, and holes are filled or said to be there', async ({
  campus,
}) => {
  await campus.enrol('Ben')
  await campus.server.stop()
  await talkInEveryone(campus.server.dataDir, ['ben'], COUNT)
  await campus.startServerAgain()
  // A new device holds the newest messages only.
  const ada = await campus.join('Ada', { viewport: { width: 1280, height: 1200 }, ...INSTALLED })
  await open(ada, 'Everyone')
  const { page } = ada
  await expect(message(ada, `Message ${COUNT}.`)).toBeInViewport()
  const address = page.url()

  await test.step('to a message that is not here, while there is no network', async () => {
    await waitUntilInstalled(ada)
    await leaveNetwork(ada)
    await page.goto(`${address}/20`)
    await expect(page.getByText('This message is not on this device.')).toBeVisible()
    await page.getByRole('log').press('Home')
    await expect(page.getByText(/^\d+ messages\s+are not on this device/)).toBeVisible()
    await ada.device.goOnline()
    await expectLedTo(ada, 'Message 20.')
    await expect(page.getByText('This message is not on this device.')).toBeHidden()
  })

  await test.step('to the newest', async () => {
    await page.getByRole('button', { name: 'Jump to the newest message' }).click()
    await expect(message(ada, `Message ${COUNT}.`)).toBeInViewport()
  })

  await test.step('to a day', async () => {
    await chooseForConversation(ada, 'Jump to a date')
    await page.getByLabel('Day').fill('2020-01-01')
    await page.getByRole('dialog').getByRole('button', { name: 'Jump' }).click()
    await expectLedTo(ada, 'Message 1.')
    await expect(page.getByText('This is where it begins')).toBeVisible()
  })

  await test.step('everything in between is there when one scrolls through it', async () => {
    const log = page.getByRole('log', { name: 'Messages' })
    const seen = new Set<number>()
    await log.focus()
    await expect(async () => {
      // Whoever reads all of it waits where something is still being brought.
      await expect(log.getByText(/^Loading \d+ messages/)).toHaveCount(0)
      for (const text of await messages(ada).allTextContents()) seen.add(Number(/Message (\d+)\./.exec(text)?.[1]))
      await scrollOn(log)
      expect(seen.size).toBe(COUNT)
    }).toPass({ intervals: [0], timeout: 60_000 })
  })
})

test('a line divides what is new and stays put while one reads, and one is told of what comes below', async ({
  campus,
}) => {
  const [ada, ben] = [await campus.join('Ada'), await campus.join('Ben')]
  await openDirect(ben, 'Ada')
  await send(ben, 'Old')
  await open(ada, 'Ben')
  await expectConnected(ada)
  await expect(connectionLine(ada)).toHaveText('')
  await open(ada, 'Everyone')
  for (let n = 1; n <= 25; n++) await send(ben, `New ${n}.`)
  await expect(ada.page.getByRole('listitem').filter({ hasText: 'New 25.' })).toBeVisible()

  await open(ada, 'Ben')
  const divider = ada.page.getByRole('log').getByText('New', { exact: true })
  await expect(divider).toBeInViewport()
  await expect(message(ada, 'New 1.')).toBeInViewport()
  await expect(message(ada, 'New 25.')).not.toBeInViewport()
  const place = await divider.boundingBox()
  await send(ben, 'And one more.')
  const newest = ada.page.getByRole('button', { name: 'Jump to the newest message' })
  await expect(newest).toContainText(/\d+ new/)
  expect(await divider.boundingBox()).toEqual(place)
  // Read is only what was on the screen.
  await expect(entry(ada, 'Ben')).not.toContainText(/26\sunread/)
  await expect(entry(ada, 'Ben')).toContainText(/([2-9]|1\d|2[0-5])\sunread/)
  await newest.click()
  await expect(message(ada, 'And one more.')).toBeInViewport()
  await expect(newest).toBeHidden()
  await expect(entry(ada, 'Ben')).not.toContainText('unread')
  await composer(ada).press('Shift+ArrowUp')
  await chooseForConversation(ada, 'Jump to the first unread')
  await expect(divider).toBeInViewport()
})
