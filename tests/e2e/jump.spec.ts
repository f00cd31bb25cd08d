import { EVERYONE_ID } from '../../shared/protocol/fields.ts'
import { COMMANDS_PER_REQUEST_MAX } from '../../shared/protocol/limits.ts'
import { untilAppears } from './support/appearing.ts'
import { leaveNetwork, waitUntilInstalled } from './support/connection.ts'
import {
  chooseForConversation,
  composer,
  entry,
  expectLatest,
  expectLedTo,
  expectMessages,
  message,
  messages,
  open,
} from './support/conversing.ts'
import { INSTALLED } from './support/device.ts'
import { scrollOn } from './support/scrolling.ts'
import { expect, test } from './support/test.ts'

const COUNT = 3 * COMMANDS_PER_REQUEST_MAX

/** Short and long ones, as people write. */
function toText(n: number): string {
  return `Message ${n}. ${'And so on, and on. '.repeat((n * 7) % 11)}`.trim()
}

test('one jumps to a message by its link, to a day, to the newest and to what is new; holes are filled or said to be there', async ({
  campus,
}) => {
  const ben = await campus.enrol('Ben')
  const texts = Array.from({ length: COUNT }, (_, index) => toText(index + 1))
  for (let sent = 0; sent < COUNT; sent += COMMANDS_PER_REQUEST_MAX) {
    await ben.send(EVERYONE_ID, ...texts.slice(sent, sent + COMMANDS_PER_REQUEST_MAX))
  }
  // A new device holds the newest messages only.
  const ada = await campus.join('Ada', { viewport: { width: 1280, height: 1200 }, ...INSTALLED })
  await open(ada, 'Everyone')
  const { page } = ada
  const newest = page.getByRole('button', { name: 'Jump to the newest message' })
  await expect(message(ada, `Message ${COUNT}.`)).toBeInViewport()
  const address = page.url()

  const dialog = page.getByRole('dialog', { name: 'Jump to a date' })
  const jumpToDay = async (day: string) => {
    await chooseForConversation(ada, 'Jump to a date')
    await dialog.getByLabel('Day').fill(day)
    await dialog.getByRole('button', { name: 'Jump' }).click()
  }

  await test.step('one who looks for a day sees that it is looked for, and what there is when the network went', async () => {
    let release: () => void = () => undefined
    const held = new Promise<void>((resolve) => (release = resolve))
    await ada.device.context.route('**/api/history?*', (route) => held.then(() => route.abort()))
    await jumpToDay('2020-01-01')
    await expect(dialog.getByRole('status')).toHaveText('Looking for that day …')
    release()
    await expect(page.getByText('Not all of that day is on this device.')).toBeVisible()
    await expect(dialog).toBeHidden()
    await ada.device.context.unroute('**/api/history?*')
  })

  await test.step('to a message that is not here, while there is no network', async () => {
    await waitUntilInstalled(ada)
    await leaveNetwork(ada)
    await page.goto(`${address}/20`)
    await expect(page.getByText('This message is not on this device.')).toBeVisible()
    await jumpToDay('2020-01-01')
    await expect(page.getByText('Not all of that day is on this device.')).toBeVisible()
    await page.goto(`${address}/20`)
    await expect(page.getByText('This message is not on this device.')).toBeVisible()
    // Until what is here is listed, there is nothing to go up in.
    await expect(async () => {
      await page.getByRole('log').press('Home')
      await expect(page.getByText(/^\d+ messages\s+are not on this device/)).toBeVisible({ timeout: 1_000 })
    }).toPass()
    await expect(page.getByText(/They come with the network\.$/).first()).toBeVisible()
    await expect(page.getByRole('button', { name: 'Load', exact: true })).toHaveCount(0)
    await ada.device.goOnline()
    await expectLedTo(ada, 'Message 20.')
    await expect(page.getByText('This message is not on this device.')).toBeHidden()
  })

  await test.step('to the newest', async () => {
    await newest.click()
    await expect(message(ada, `Message ${COUNT}.`)).toBeInViewport()
  })

  await test.step('to a day, which is marked', async () => {
    const marked = untilAppears(ada, '.day.marked', '')
    await jumpToDay('2020-01-01')
    await expectLedTo(ada, 'Message 1.')
    await expect(page.locator('.day', { hasText: await marked }).first()).toBeInViewport()
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

  await test.step('a line divides what is new and stays put while one reads, and one is told of what comes below', async () => {
    await page.setViewportSize({ width: 1280, height: 720 })
    const direct = await ben.beginDirect(ada)
    await ben.send(direct, 'Old')
    await open(ada, 'Ben')
    await expectMessages(ada, ['Old'])
    await expect(entry(ada, 'Ben')).not.toContainText('unread')
    await open(ada, 'Everyone')
    await ben.send(direct, ...Array.from({ length: 25 }, (_, index) => `New ${index + 1}.`))
    await expectLatest(ada, 'Ben', 'New 25.')

    await open(ada, 'Ben')
    const divider = page.getByRole('log').getByText('New', { exact: true })
    await expect(divider).toBeInViewport()
    await expect(message(ada, 'New 1.')).toBeInViewport()
    await expect(message(ada, 'New 25.')).not.toBeInViewport()
    const place = await divider.boundingBox()
    await ben.send(direct, 'And one more.')
    await expect(newest).toContainText(/\d+ new/)
    expect(await divider.boundingBox()).toEqual(place)
    // Read is only what was on the screen.
    await expect(entry(ada, 'Ben')).not.toContainText(/26\sunread/)
    await expect(entry(ada, 'Ben')).toContainText(/([2-9]|1\d|2[0-5])\sunread/)
  })

  await test.step('to the newest, after which nothing is unread, and back to the first unread', async () => {
    await newest.click()
    await expect(message(ada, 'And one more.')).toBeInViewport()
    await expect(newest).toBeHidden()
    await expect(entry(ada, 'Ben')).not.toContainText('unread')
    await composer(ada).press('Shift+ArrowUp')
    await chooseForConversation(ada, 'Jump to the first unread')
    await expect(page.getByRole('log').getByText('New', { exact: true })).toBeInViewport()
  })

  await test.step('who is at the end is taken along by tall messages and by a flood, on a phone and on a wide screen, and has read them', async () => {
    const direct = await ben.beginDirect(ada)
    const tall = (title: string) => [title, ...Array.from({ length: 16 }, (_, index) => `line ${index}`)].join('\n')
    const log = page.getByRole('log', { name: 'Messages' })
    const pixelsToEnd = () =>
      log.evaluate(({ scrollTop, clientHeight, scrollHeight }) => Math.round(scrollHeight - clientHeight - scrollTop))
    await newest.click()
    for (const width of [390, 1280]) {
      await page.setViewportSize({ width, height: 700 })
      for (const text of [tall(`Tall at ${width}`), `After it at ${width}`]) {
        await ben.send(direct, text)
        await expect(message(ada, text.split('\n')[0] ?? '')).toBeAttached()
        await expect.poll(pixelsToEnd).toBe(0)
      }
    }
    await leaveNetwork(ada)
    for (const part of [1, 2, 3]) {
      await ben.send(direct, ...Array.from({ length: COMMANDS_PER_REQUEST_MAX }, (_, at) => `Flood ${part}.${at}.`))
    }
    await ada.device.goOnline()
    await expect(message(ada, `Flood 3.${COMMANDS_PER_REQUEST_MAX - 1}.`)).toBeInViewport()
    await expect.poll(pixelsToEnd).toBe(0)
    await expect(newest).toBeHidden()
    await expect(entry(ada, 'Ben')).not.toContainText('unread')
  })
})
