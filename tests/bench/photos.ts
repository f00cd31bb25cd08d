import { chromium, type Page } from '@playwright/test'
import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout } from 'node:timers/promises'
import { SESSION_COOKIE } from '../../server/accounts/session-cookie.ts'
import { messages, open } from '../e2e/support/conversing.ts'
import { register, type Correspondent } from '../e2e/support/correspondent.ts'
import { findBrowserProcess } from '../e2e/support/device.ts'
import { drawPhoto } from '../e2e/support/files.ts'
import { findLongestTask } from '../e2e/support/main-thread.ts'
import { launchOptions } from '../support/browser.ts'
import { startServerHost } from '../support/server-host.ts'

/*
 * `npm run bench:photos`: a conversation of 1,000 photos is scrolled from its end to its beginning and back, as one of 1,000
 * texts is, each in a browser of its own, in one run.
 *
 * - longest task: how long the page is held up at most, in processor time, as a ratio
 * - turns: how many times one turns the wheel until all has gone by, for photos are higher than texts
 * - memory: what all processes of the browser hold at most, and what is left when the system has none to spare. Between the
 *   two is what a browser keeps of pictures that it drew, as long as nobody needs the memory: how much depends on the machine
 */

const COUNT = 1_000
const WHEEL = 1_500
/** So that what came into view is drawn, and fetched, before the next turn. */
const TURN_MS = 60
const MEMORY_EVERY_MS = 500
const SETTLE_MS = 3_000
/** So many turns are traced at once: a trace of all is more than a string can hold. */
const TURNS_TRACED = 20
/** So many pictures are drawn, and sent again and again: each message has a file of its own. */
const PICTURES = 24

interface Scrolled {
  longestMs: number
  turns: number
  memory: number
  kept: number
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
  for (const [what, { longestMs, turns, memory, kept }] of Object.entries({ texts, photos })) {
    console.log(
      `1,000 ${what}: ${longestMs} ms the longest task, ${turns} turns, ${toMb(memory)} MB at most, ${toMb(kept)} MB when memory is scarce`,
    )
  }
  console.log(
    `photos against texts: ${(photos.longestMs / texts.longestMs).toFixed(2)} times the longest task, ` +
      `${toMb(photos.memory - texts.memory)} MB more at most, ${toMb(photos.kept - texts.kept)} MB more when memory is scarce`,
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
  const pictures = await Promise.all(
    Array.from({ length: PICTURES }, (_, n) => (n % 3 === 0 ? drawPhoto(900, 1_200) : drawPhoto(1_200, 900))),
  )
  for (let n = 1; n <= COUNT; n += 1) {
    const buffer = pictures[n % PICTURES] ?? Buffer.alloc(0)
    await author.sendFile(
      conversationId,
      `Message ${n}.`,
      { name: `${n}.jpg`, mimeType: 'image/jpeg', buffer },
      'photo',
    )
  }
}

/** As somebody who has just signed in on a device of theirs: a window that keeps nothing would have all files in memory. */
async function scrollIn(title: string, person: Correspondent): Promise<Scrolled> {
  const folder = mkdtempSync(join(tmpdir(), 'chatbox-bench-'))
  const options = { ...launchOptions, baseURL: server.url, locale: 'en-GB' }
  const context = await chromium.launchPersistentContext(folder, options)
  const browser = context.browser()
  if (browser === null) throw new Error('the browser cannot be traced')
  await context.addCookies([{ name: SESSION_COOKIE, value: person.session, domain: '127.0.0.1', path: '/api' }])
  const page = await context.newPage()
  await page.goto('/')
  await open({ page }, title)
  await messages({ page }).first().waitFor()
  const pid = findBrowserProcess(folder)
  let memory = 0
  const watching = setInterval(() => (memory = Math.max(memory, memoryOf(pid))), MEMORY_EVERY_MS)
  const turns = { done: 0, longestMs: 0 }
  for (const [by, text] of [
    [-WHEEL, 'Message 1.'],
    [WHEEL, `Message ${COUNT}.`],
  ] as const) {
    for (let isThere = false; !isThere;) {
      const longestMs = await findLongestTask(browser, async () => {
        for (let turn = 0; turn < TURNS_TRACED && !isThere; turn += 1) {
          isThere = await turnOnce(page, by, text)
          turns.done += 1
        }
      })
      turns.longestMs = Math.max(turns.longestMs, longestMs)
    }
  }
  clearInterval(watching)
  const session = await context.newCDPSession(page)
  await session.send('Memory.simulatePressureNotification', { level: 'critical' })
  await session.send('HeapProfiler.collectGarbage')
  await setTimeout(SETTLE_MS)
  const kept = memoryOf(pid)
  await context.close()
  rmSync(folder, { recursive: true, force: true, maxRetries: 5 })
  return { longestMs: turns.longestMs, turns: turns.done, memory, kept }
}

/** Turns the wheel once; says whether that message is to be seen then. */
async function turnOnce(page: Page, by: number, text: string): Promise<boolean> {
  const log = page.getByRole('log', { name: 'Messages' })
  await log.hover()
  await page.mouse.wheel(0, by)
  await setTimeout(TURN_MS)
  return log.getByText(text, { exact: true }).isVisible()
}

/** What a process and all that it started hold of memory, in bytes, each page that they share once. */
function memoryOf(pid: number): number {
  const children = readFileSync(`/proc/${pid}/task/${pid}/children`, 'utf8').split(' ').filter(Boolean).map(Number)
  const [, kilobytes = '0'] = /^Pss:\s+(\d+)/m.exec(readFileSync(`/proc/${pid}/smaps_rollup`, 'utf8')) ?? []
  return Number(kilobytes) * 1_024 + children.reduce((sum, child) => sum + memoryOf(child), 0)
}

function toMb(bytes: number): string {
  return (bytes / 1e6).toFixed(0)
}
