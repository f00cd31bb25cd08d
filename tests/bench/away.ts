import { createHash } from 'node:crypto'
import { cpSync, mkdtempSync } from 'node:fs'
import { join } from 'node:path'
import type { BrowserContextOptions } from '@playwright/test'
import { openSqlite } from '../../server/store/sqlite.ts'
import type { Device } from '../e2e/support/device.ts'
import { createGroup, findHead } from '../support/campus.ts'
import { startServer, type ServerProcess } from '../support/server.ts'
import type { BenchBrowser } from './browser.ts'
import { fillMessages } from './fill-messages.ts'
import type { Lab } from './lab.ts'
import { type Person, seed } from './seed.ts'
import { START_WITHIN_MS } from './stand.ts'
import { createTexts } from './texts.ts'

/*
 * A campus as a device left it, and as it finds it again, much later. Each is a server of its own over a copy of the same
 * database, and a device goes from the one to the other, so that the same can be missed again and again:
 *
 *     left ──▶ copied and filled ──▶ found, one for each number of missed messages
 *      ▲                               ▲
 *      └── a new device catches up ────┴── its wire leads here, and it comes back
 */

export interface Away {
  /** Whose devices they are. */
  person: Person
  /** A device that has all that there was when it left. It has no network. */
  openDevice(browser: BenchBrowser, options?: BrowserContextOptions): Promise<Device>
  found: Readonly<Record<string, Found>>
  stop(): Promise<void>
}

export interface Found {
  server: ServerProcess
  missed: number
  head: number
  /** The conversations as they are found, each with its newest message. */
  conversations: readonly { conversationId: string; title: string; n: number; text: string }[]
  /** Gives the network back to a device; answers when that was. */
  comeBack(device: Device): Promise<number>
  /** Waits until the device has all of it, and answers when that was. */
  untilStored(device: Device): Promise<number>
  /** Throws unless the device holds each message once, in its place, with its text. */
  expectAll(device: Device): Promise<void>
}

/** So many are in each conversation when the device leaves: a newest page. */
const HELD = 50
/** Receipts of what came are on their way a second later. */
const QUIET_MS = 3_000

export async function startAway(
  lab: Lab,
  browser: BenchBrowser,
  { conversations, missed }: { conversations: number; missed: Readonly<Record<string, number>> },
): Promise<Away> {
  const dataDir = mkdtempSync(join(lab.folder, 'left-'))
  const titles = Array.from({ length: conversations }, (_, place) => `Group ${place + 1}`)
  const ids: string[] = []
  const held = createNumberedTexts(HELD, 'held')
  const seeded = await seed({
    ...{ dataDir, people: 2 },
    async more(campus, { people: [writer, reader] }, store) {
      const authorId = writer?.userId ?? ''
      for (const title of titles) {
        const command = createGroup([reader?.userId ?? ''], { title })
        await campus.accept(authorId, command)
        ids.push(command.conversationId)
      }
      const count = HELD * conversations
      await fillMessages(store, { authorId, count, toText: held, conversationIds: ids })
    },
  })
  const [writer, person] = seeded.people
  if (writer === undefined || person === undefined) throw new Error('there is nobody')
  await tellReceipts()
  const { head } = await withStore(dataDir, async (store) => ({ head: await findHead(store) }))
  const found: Record<string, Found> = {}
  for (const [name, count] of Object.entries(missed)) found[name] = await fill(count)
  const left = await startServer({ dataDir })

  /** What a device says of what it received is said before the two part, or each would begin a history of its own. */
  async function tellReceipts(): Promise<void> {
    const server = await startServer({ dataDir })
    const device = await browser.openDevice(server.port, person?.cookie ?? '')
    const page = await device.openTab('/')
    await page.evaluate(([userId, head]) => bench.untilStored(userId, head), [
      person?.userId ?? '',
      seeded.head,
    ] as const)
    await page.waitForTimeout(QUIET_MS)
    await device.close()
    await server.stop()
  }

  async function fill(count: number): Promise<Found> {
    const folder = mkdtempSync(join(lab.folder, 'found-'))
    cpSync(dataDir, folder, { recursive: true })
    const toText = createNumberedTexts(count, 'missed')
    const filling = { authorId: writer?.userId ?? '', count, toText, conversationIds: ids }
    const { lastSeq } = await withStore(folder, (store) => fillMessages(store, filling))
    const server = await startServer({ dataDir: folder, withinMs: START_WITHIN_MS })
    const textsOf = (turn: number) => [
      ...Array.from({ length: HELD }, (_, place) => held(place * conversations + turn)),
      ...Array.from({ length: Math.ceil((count - turn) / conversations) }, (_, place) =>
        toText(place * conversations + turn),
      ),
    ]
    const { userId } = person ?? { userId: '' }
    return {
      ...{ server, missed: count, head: lastSeq },
      conversations: ids.map((conversationId, turn) => {
        const texts = textsOf(turn)
        return { conversationId, title: titles[turn] ?? '', n: texts.length, text: texts.at(-1) ?? '' }
      }),
      async comeBack(device) {
        device.wire.retarget(server.port)
        const at = Date.now()
        await device.goOnline()
        return at
      },
      untilStored: ({ page }) =>
        page.evaluate(([userId, head]) => bench.untilStored(userId, head), [userId, lastSeq] as const),
      async expectAll({ page }) {
        for (const [turn, id] of ids.entries()) {
          const texts = textsOf(turn)
          const stored = await page.evaluate(([userId, id]) => bench.digest(userId, id), [userId, id] as const)
          const hash = createHash('sha256').update(texts.join('\n')).digest('hex')
          if (stored.count !== texts.length || stored.hash !== hash) {
            throw new Error(`${titles[turn]} has ${stored.count} messages on the device, of ${texts.length}`)
          }
        }
      },
    }
  }

  return {
    ...{ person, found },
    async openDevice(browser, options) {
      const device = await browser.openDevice(left.port, person.cookie, options)
      const page = await device.openTab('/')
      await page.evaluate(([userId, head]) => bench.untilStored(userId, head), [person.userId, head] as const)
      await device.goOffline()
      // Whoever is told to begin anew has not come back, but signed in for the first time.
      page.on('request', (request) => {
        if (/\/api\/pull\?.*\bcursor=0\b/.test(request.url())) throw new Error('the device was told to begin anew')
      })
      return device
    },
    async stop() {
      for (const { server } of Object.values(found)) await server.stop()
      await left.stop()
    },
  }
}

/** Each text has its number, so that none is like another one. */
function createNumberedTexts(seed: number, word: string): (place: number) => string {
  const draw = createTexts(seed)
  const drawn = Array.from({ length: 1_000 }, draw)
  return (place) => `${drawn[place % drawn.length]} (${word} ${place + 1})`
}

async function withStore<Answer>(
  dataDir: string,
  work: (store: ReturnType<typeof openSqlite>) => Promise<Answer>,
): Promise<Answer> {
  const store = openSqlite(dataDir)
  try {
    return await work(store)
  } finally {
    await store.close()
  }
}
