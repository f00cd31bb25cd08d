import 'fake-indexeddb/auto'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { PAGES_MAX, watchMessagePages, type MessageWindow } from '../../../../client/data/timeline/message-pages.ts'
import type { ClientDatabase } from '../../../../client/sync/database.ts'
import { createDevice } from '../device.ts'
import { ben, exampleId, group, message } from '../example.ts'

let db: ClientDatabase

beforeEach(async () => {
  db = (await createDevice()).db
})

afterEach(() => db.delete())

/** Follows the window until its rows are as expected. */
function follow(readN: number) {
  let window: MessageWindow | null = null
  const told: MessageWindow[] = []
  let wake: () => void = () => undefined
  const pages = watchMessagePages(
    db,
    group,
    readN,
    (next) => {
      window = next
      told.push(next)
      wake()
    },
    (error) => {
      throw error
    },
  )
  const span = () => [window?.rows[0]?.n, window?.rows.at(-1)?.n, window?.rows.length]
  const reaches = async (...expected: (number | undefined)[]) => {
    while (JSON.stringify(span()) !== JSON.stringify(expected)) {
      await new Promise<void>((resolve) => {
        wake = resolve
      })
    }
  }
  const place = () => {
    if (window === null) throw new Error('nothing was told')
    const { olderN, newerN, newestN, atEnd } = window
    return { olderN, newerN, newestN, atEnd }
  }
  return { pages, reaches, span, place, told }
}

async function hold(from: number, to: number) {
  await db.transaction('rw', db.messages, db.latest, async () => {
    await db.messages.bulkPut(Array.from({ length: to - from + 1 }, (_, index) => message(from + index)))
    const latest = await db.latest.get(group)
    if ((latest?.n ?? 0) < to) await db.latest.put(message(to))
  })
}

test('opening a conversation reads its newest pages only, and older ones when asked', async () => {
  await hold(1, 1_000)
  const { pages, reaches, span, place } = follow(1_000)
  await reaches(801, 1_000, 200)
  expect(place()).toEqual({ olderN: 800, newerN: null, newestN: 1_000, atEnd: true })
  expect(await pages.openOlder()).toBe(true)
  expect(span()).toEqual([601, 1_000, 400])
  pages.stop()
})

test('opening goes back to the first unread message', async () => {
  await hold(1, 1_000)
  const { pages, reaches } = follow(450)
  await reaches(401, 1_000, 600)
  pages.stop()
})

test('with very much unread the window begins at the first unread message, and not at the end', async () => {
  await hold(1, 3_000)
  const { pages, reaches, place } = follow(1_250)
  await reaches(1_201, 1_400, 200)
  expect(place()).toEqual({ olderN: 1_200, newerN: 1_401, newestN: 3_000, atEnd: false })
  pages.stop()
})

test('what was fetched into a page that is open is shown when the window is said to be there', async () => {
  await hold(551, 1_000)
  const { pages, reaches, span } = follow(550)
  await reaches(551, 1_000, 450)
  await hold(540, 550)
  await pages.openAround(545)
  expect(span()).toEqual([540, 1_000, 461])
  await hold(501, 539)
  await pages.open(480, 539)
  expect(span()).toEqual([501, 1_000, 500])
  pages.stop()
})

test('when the first unread message is not on this device, the window begins at the end', async () => {
  await hold(4_951, 5_000)
  const { pages, reaches, place } = follow(10)
  await reaches(4_951, 5_000, 50)
  expect(place()).toEqual({ olderN: 0, newerN: null, newestN: 5_000, atEnd: true })
  pages.stop()
})

test('a new message joins the window', async () => {
  await hold(1, 100)
  const { pages, reaches } = follow(100)
  await reaches(1, 100, 100)
  await hold(101, 101)
  await reaches(1, 101, 101)
  pages.stop()
})

test('a new message does not join a window that is elsewhere, and is told of', async () => {
  await hold(1, 1_000)
  const { pages, reaches, place, span } = follow(1_000)
  await reaches(801, 1_000, 200)
  await pages.openAround(150)
  expect(span()).toEqual([1, 300, 300])
  await hold(1_001, 1_001)
  while (place().newestN !== 1_001) await new Promise((resolve) => setTimeout(resolve))
  expect(span()).toEqual([1, 300, 300])
  expect(place()).toEqual({ olderN: 0, newerN: 301, newestN: 1_001, atEnd: false })
  await pages.openNewest()
  expect(span()).toEqual([901, 1_001, 101])
  expect(place().atEnd).toBe(true)
  pages.stop()
})

test('what lies beyond a hole is found, and the top of what is held is known', async () => {
  await hold(1, 50)
  await hold(5_001, 5_100)
  const { pages, reaches, place } = follow(5_100)
  await reaches(5_001, 5_100, 100)
  expect(place().olderN).toBe(50)
  expect(await pages.openOlder()).toBe(true)
  await reaches(1, 5_100, 150)
  expect(await pages.openOlder()).toBe(false)
  pages.stop()
})

test('however far one scrolls, the number of open pages stays the same', async () => {
  await hold(1, 3_000)
  const { pages, reaches, span, place } = follow(3_000)
  await reaches(2_801, 3_000, 200)
  while (await pages.openOlder()) expect(span()[2]).toBeLessThanOrEqual(PAGES_MAX * 100)
  expect(span()).toEqual([1, 1_000, 1_000])
  expect(place()).toMatchObject({ olderN: 0, newerN: 1_001, atEnd: false })
  while (await pages.openNewer()) expect(span()[2]).toBeLessThanOrEqual(PAGES_MAX * 100)
  expect(span()).toEqual([2_001, 3_000, 1_000])
  expect(place().atEnd).toBe(true)
  pages.stop()
})

test('what is closed at one end and opened at the other is told apart', async () => {
  await hold(1, 2_000)
  const { pages, reaches, told } = follow(2_000)
  await reaches(1_801, 2_000, 200)
  while (await pages.openOlder());
  for (const [index, next] of told.entries()) {
    const before = told[index - 1]
    if (before === undefined) continue
    const ends = [next.rows[0]?.n !== before.rows[0]?.n, next.rows.at(-1)?.n !== before.rows.at(-1)?.n]
    expect(ends).not.toEqual([true, true])
  }
  pages.stop()
})

test('a jump closes what is far away, and a jump within the window changes nothing', async () => {
  await hold(1, 5_000)
  const { pages, reaches, span } = follow(5_000)
  await reaches(4_801, 5_000, 200)
  await pages.openAround(2_550)
  expect(span()).toEqual([2_401, 2_700, 300])
  await pages.openAround(2_450)
  expect(span()).toEqual([2_401, 2_700, 300])
  pages.stop()
})

test('a jump to a message that there is not yet ends at the newest', async () => {
  await hold(1, 500)
  const { pages, reaches, span } = follow(500)
  await reaches(301, 500, 200)
  await pages.openAround(50)
  await pages.openAround(9_000)
  expect(span()[1]).toBe(500)
  pages.stop()
})

test('a flood of messages does not move a window, but stays to be scrolled to', async () => {
  await hold(1, 100)
  const { pages, reaches, place, span } = follow(100)
  await reaches(1, 100, 100)
  await hold(101, 1_100)
  while (place().newerN === null || place().newestN !== 1_100) await new Promise((resolve) => setTimeout(resolve))
  expect(span()).toEqual([1, 100, 100])
  expect(place()).toMatchObject({ newerN: 101, newestN: 1_100, atEnd: false })
  expect(await pages.openNewer()).toBe(true)
  expect(span()).toEqual([1, 300, 300])
  pages.stop()
})

test('who is at the end stays there through a flood of messages, and in a window that has grown long', async () => {
  await hold(1, 100)
  const { pages, reaches, place, told } = follow(100)
  await reaches(1, 100, 100)
  pages.stayAtEnd(true)
  await hold(101, 1_150)
  await reaches(1_001, 1_150, 150)
  expect(place()).toEqual({ olderN: 1_000, newerN: null, newestN: 1_150, atEnd: true })
  expect(told.every(({ atEnd, rows }) => atEnd && rows.length > 0)).toBe(true)
  for (let n = 1_150; n < 3_100; n += 150) {
    await hold(n + 1, n + 150)
    await expect.poll(() => place().newestN, { interval: 1 }).toBe(n + 150)
  }
  expect(place()).toMatchObject({ newerN: null, newestN: 3_100, atEnd: true })
  pages.stop()
})

test('what was fetched into a hole joins the window', async () => {
  await hold(5_001, 5_100)
  const { pages, reaches, span, place } = follow(5_100)
  await reaches(5_001, 5_100, 100)
  await hold(4_801, 5_000)
  await pages.open(4_801, 5_000)
  expect(span()).toEqual([4_801, 5_100, 300])
  expect(place().atEnd).toBe(true)
  pages.stop()
})

test('a reaction to a message of the window is told of', async () => {
  await hold(1, 3)
  const { pages, reaches, told } = follow(3)
  await reaches(1, 3, 3)
  const messageId = exampleId(1_002)
  await db.reactions.put({ type: 'reaction', seq: 9, conversationId: group, messageId, userId: ben, emoji: ['👍'] })
  while (told.at(-1)?.reactions.length !== 1) await new Promise((resolve) => setTimeout(resolve))
  expect(told.at(-1)?.reactions[0]).toMatchObject({ messageId, emoji: ['👍'] })
  pages.stop()
})

test('an empty conversation has an empty window', async () => {
  const { pages, reaches, place } = follow(0)
  await reaches(undefined, undefined, 0)
  expect(place()).toEqual({ olderN: 0, newerN: null, newestN: 0, atEnd: true })
  expect(await pages.openOlder()).toBe(false)
  await hold(1, 1)
  await reaches(1, 1, 1)
  pages.stop()
})
