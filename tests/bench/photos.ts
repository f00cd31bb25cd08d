import { chromium, type Page } from '@playwright/test'
import { readFileSync } from 'node:fs'
import { setTimeout } from 'node:timers/promises'
import { SESSION_COOKIE } from '../../server/accounts/session-cookie.ts'
import { messages, open } from '../e2e/support/conversing.ts'
import { register, type Correspondent } from '../e2e/support/correspondent.ts'
import { drawPhoto } from '../e2e/support/files.ts'
import { findLongestTask } from '../e2e/support/main-thread.ts'
import { launchOptions } from '../support/browser.ts'
import { startServerHost } from '../support/server-host.ts'

/*
 * `npm run bench:photos`: a conversation of 1,000 photos is scrolled from its end to its beginning and back, as one of 1,000
 * texts is, each in a browser of its own, in one run.
 *
 * - longest task: how long the page is held up at most, in processor time, as a ratio
 * - steps: how many times one turns the wheel until all has gone by, for photos are higher than texts
 * - memory: what all processes of the browser hold at most, and the difference
 */

const COUNT = 1_000
const WHEEL = 1_500
/** So that what came into view is drawn, and fetched, before the next turn. */
const TURN_MS = 60
const MEMORY_EVERY_MS = 500

interface Scrolled {
  longestMs: number
  steps: number
  memory: number
}

const PASSWORD = 'correct horse battery'
const TITLES = { texts: 'A thousand texts', photos: 'A thousand photos' }

const host = await startServerHost()
const server = await host.open()
try {
  const [ada, ben] = await Promise.all(['Ada', 'Ben'].map(enrol))
  if (ada === undefined || ben === undefined) throw new Error('two people were to be enrolled')
  await writeTexts(ben, await ben.beginGroup(TITLES.texts, [ada]))
  await sendPhotos(ben, await ben.beginGroup(TITLES.photos, [ada]))
  const texts = await scrollIn(TITLES.texts, ada)
  const photos = await scrollIn(TITLES.photos, ada)
  for (const [what, { longestMs, steps, memory }] of Object.entries({ texts, photos })) {
    console.log(`1,000 ${what}: ${longestMs} ms the longest task, ${steps} turns, ${toMb(memory)} MB at most`)
  }
  console.log(
    `photos against texts: ${(photos.longestMs / texts.longestMs).toFixed(2)} times the longest task, ` +
      `${toMb(photos.memory - texts.memory)} MB more`,
  )
} finally {
  await server.dispose()
  await host.close()
}

function enrol(name: string): Promise<Correspondent> {
  return register(server.url, { name, handle: name.toLowerCase(), password: PASSWORD })
}

async function writeTexts(author: Correspondent, conversationId: string): Promise<void> {
  for (let n = 1; n <= COUNT; n += 100) {
    const texts = Array.from({ length: 100 }, (_, index) => `Message ${n + index}.`)
    await author.send(conversationId, ...texts)
  }
}

async function sendPhotos(author: Correspondent, conversationId: string): Promise<void> {
  const toName = (n: number) => ({ name: `${n}.jpg`, mimeType: 'image/jpeg' })
  for (let n = 1; n <= COUNT; n += 1) {
    const isUpright = n % 3 === 0
    const buffer = await drawPhoto(isUpright ? 900 : 1_200, isUpright ? 1_200 : 900)
    await author.sendFile(conversationId, `Message ${n}.`, { ...toName(n), buffer }, 'photo')
  }
}

/** As somebody who has just signed in on a device of theirs. */
async function scrollIn(title: string, person: Correspondent): Promise<Scrolled> {
  const process = await chromium.launchServer(launchOptions)
  const browser = await chromium.connect(process.wsEndpoint())
  const context = await browser.newContext({ baseURL: server.url, locale: 'en-GB' })
  await context.addCookies([{ name: SESSION_COOKIE, value: person.session, domain: '127.0.0.1', path: '/api' }])
  const page = await context.newPage()
  await page.goto('/')
  await open({ page }, title)
  await messages({ page }).first().waitFor()
  let memory = 0
  const watching = setInterval(() => (memory = Math.max(memory, memoryOf(process.process().pid))), MEMORY_EVERY_MS)
  let steps = 0
  const longestMs = await findLongestTask(browser, async () => {
    steps = (await turnTo(page, -WHEEL, 'Message 1.')) + (await turnTo(page, WHEEL, `Message ${COUNT}.`))
  })
  clearInterval(watching)
  await process.close()
  return { longestMs, steps, memory }
}

async function turnTo(page: Page, by: number, text: string): Promise<number> {
  await page.getByRole('log', { name: 'Messages' }).hover()
  const there = page.getByText(text, { exact: true })
  for (let step = 1; ; step += 1) {
    await page.mouse.wheel(0, by)
    await setTimeout(TURN_MS)
    if (await there.isVisible()) return step
  }
}

/** What a process and all that it started hold of memory, in bytes, each page that they share once. */
function memoryOf(pid = 0): number {
  const children = readFileSync(`/proc/${pid}/task/${pid}/children`, 'utf8').split(' ').filter(Boolean).map(Number)
  const [, kilobytes = '0'] = /^Pss:\s+(\d+)/m.exec(readFileSync(`/proc/${pid}/smaps_rollup`, 'utf8')) ?? []
  return Number(kilobytes) * 1_024 + children.reduce((sum, child) => sum + memoryOf(child), 0)
}

function toMb(bytes: number): string {
  return (bytes / 1e6).toFixed(0)
}
