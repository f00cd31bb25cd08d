import { EVERYONE_ID } from '../../shared/protocol/fields.ts'
import { expectConnected } from './support/connection.ts'
import { chooseForConversation, expectLatest, message, messages, open } from './support/conversing.ts'
import { expectAsQuick, findLongestTask } from './support/main-thread.ts'
import type { Screen } from './support/person.ts'
import { talkIn } from './support/seed.ts'
import { readMessages } from './support/storage.ts'
import { expect, test } from './support/test.ts'

// A conversation of 4,000 messages next to a short one, all of them on the device; of 50,000 in the long run.

interface Talk {
  title: string
  count: number
  /** How many messages one scrolls up. */
  scrolled: number
}

const LONG: Talk = { title: 'Everyone', count: process.env.LONG === undefined ? 4_000 : 50_000, scrolled: 1_000 }
/** Of some screens, so that it is drawn in the same way. */
const SHORT: Talk = { title: 'Film club', count: 500, scrolled: 400 }

async function findFirstShown(screen: Screen): Promise<number> {
  const texts = await messages(screen).allTextContents()
  return Math.min(...texts.map((text) => Number(/Message (\d+)\./.exec(text)?.[1] ?? Infinity)))
}

async function scrollUpTo(screen: Screen, n: number): Promise<void> {
  const { page } = screen
  const log = page.getByRole('log', { name: 'Messages' })
  await log.hover()
  for (let step = 0; step < 10; step++) {
    const before = await findFirstShown(screen)
    const goUp = async () => {
      await page.mouse.wheel(0, -2_000)
      return findFirstShown(screen)
    }
    await expect.poll(goUp).toBeLessThan(before)
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

async function jumpToFirst(screen: Screen): Promise<void> {
  const { page } = screen
  await chooseForConversation(screen, 'Jump to a date')
  await page.getByLabel('Day').fill('2020-01-01')
  await page.getByRole('dialog').getByRole('button', { name: 'Jump' }).click()
  await expect(message(screen, 'Message 1.')).toBeInViewport()
}

/** A conversation opens at the first unread message; from there to the end is one jump. */
async function jumpToNewest(screen: Screen, { count }: Talk): Promise<void> {
  const newest = screen.page.getByRole('button', { name: 'Jump to the newest message' })
  const last = message(screen, `Message ${count}.`)
  await expect(newest.or(last).first()).toBeVisible()
  if (await newest.isVisible()) await newest.click()
  await expect(last).toBeInViewport()
}

test('opening a conversation of many thousand messages, jumping and scrolling in it hold the page up no longer than in a short one', async ({
  campus,
  browser,
}) => {
  test.setTimeout(300_000)
  const ada = await campus.join('Ada')
  const ben = await campus.enrol('Ben')
  const groupId = await ben.beginGroup(SHORT.title, [ada])
  await campus.server.stop()
  for (const [id, { count }] of [
    [groupId, SHORT],
    [EVERYONE_ID, LONG],
  ] as const) {
    await talkIn(id, campus.server.dataDir, ['ada', 'ben'], count)
  }
  await campus.startServerAgain()
  // The messages came while this device was away.
  // Its newest page is here at once, and the rest is filled in behind it.
  await expectLatest(ada, LONG.title, `Message ${LONG.count}.`)
  await expect(async () => expect(await readMessages(ada, EVERYONE_ID)).toHaveLength(LONG.count)).toPass({
    intervals: [1_000],
    timeout: 120_000,
  })

  const openAnew = async ({ title }: Talk) => {
    await ada.page.goto('/')
    await expectConnected(ada)
    return findLongestTask(browser, async () => {
      await open(ada, title)
      await expect(messages(ada).first()).toBeVisible()
    })
  }
  const jump = async (talk: Talk) => {
    await open(ada, talk.title)
    return findLongestTask(browser, async () => {
      await jumpToNewest(ada, talk)
      await jumpToFirst(ada)
      await jumpToNewest(ada, talk)
    })
  }
  const scroll = async (talk: Talk) => {
    await open(ada, talk.title)
    await jumpToNewest(ada, talk)
    return findLongestTask(browser, () => scrollUpTo(ada, talk.count - talk.scrolled))
  }
  for (const [what, work] of Object.entries({ opening: openAnew, jumping: jump, 'scrolling up': scroll })) {
    await test.step(what, () => expectAsQuick(what, { small: () => work(SHORT), large: () => work(LONG) }))
  }
})
