import { connectionLine, expectConnected } from './support/connection.ts'
import { messages, open } from './support/conversing.ts'
import { findLongestTask } from './support/main-thread.ts'
import type { Screen } from './support/person.ts'
import { talkInEveryone } from './support/seed.ts'
import { expect, test } from './support/test.ts'

// A conversation of 50,000 messages, all of them on the device.

const COUNT = 50_000
const SCROLLED = 5_000
/** What a person does not notice. */
const TASK_MAX_MS = 100
/** Others use this machine too, and slow ours down: the best of a few attempts tells about us. */
const ATTEMPTS = 3

async function findFirstShown(screen: Screen): Promise<number> {
  const texts = await messages(screen).allTextContents()
  return Math.min(...texts.map((text) => Number(/Message (\d+)\./.exec(text)?.[1] ?? Infinity)))
}

async function scrollUpTo(screen: Screen, n: number): Promise<void> {
  const { page } = screen
  const log = page.getByRole('log', { name: 'Messages' })
  await log.hover()
  for (let step = 0; step < 20; step++) {
    const before = await findFirstShown(screen)
    await page.mouse.wheel(0, -2_000)
    await expect.poll(() => findFirstShown(screen)).toBeLessThan(before)
  }
  await log.focus()
  for (let shown = await findFirstShown(screen); shown > n;) {
    const before = shown
    // Older ones are fetched from the device when the first one comes near.
    const goUp = async () => {
      await page.keyboard.press('Home')
      return (shown = await findFirstShown(screen))
    }
    await expect.poll(goUp).toBeLessThan(before)
  }
}

/** A conversation opens at the first unread message; from there to the end is one jump. */
async function jumpToNewest(screen: Screen): Promise<void> {
  const newest = screen.page.getByRole('button', { name: 'Jump to the newest message' })
  const last = messages(screen).filter({ hasText: `Message ${COUNT}.` })
  await expect(newest.or(last).first()).toBeVisible()
  if (await newest.isVisible()) await newest.click()
  await expect(last).toBeVisible()
}

test('opening a conversation of 50,000 messages and scrolling up in it keeps the page responsive', async ({
  campus,
  browser,
}) => {
  test.setTimeout(300_000)
  const ada = await campus.join('Ada')
  await campus.enrol('Ben')
  await campus.server.stop()
  await talkInEveryone(campus.server.dataDir, ['ada', 'ben'], COUNT)
  await campus.startServerAgain()
  // Ben and the messages came while this device was away.
  await expect(connectionLine(ada)).toContainText(/Catching up [\d,]+ of 50,001/, { timeout: 30_000 })
  await expect(connectionLine(ada)).toHaveText('', { timeout: 120_000 })

  const attempts: { opening: number; jumping: number; scrolling: number }[] = []
  const holds = () => attempts.some((attempt) => Math.max(...Object.values(attempt)) <= TASK_MAX_MS)
  while (attempts.length < ATTEMPTS && !holds()) {
    await ada.page.goto('/')
    await expectConnected(ada)
    const opening = await findLongestTask(browser, async () => {
      await open(ada, 'Everyone')
      await expect(messages(ada).first()).toBeVisible()
    })
    const jumping = await findLongestTask(browser, () => jumpToNewest(ada))
    const first = await findFirstShown(ada)
    const scrolling = await findLongestTask(browser, () => scrollUpTo(ada, first - SCROLLED))
    attempts.push({ opening, jumping, scrolling })
  }
  expect(holds(), `the longest tasks in ms were ${JSON.stringify(attempts)}`).toBe(true)
})
