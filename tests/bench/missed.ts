import { join } from 'node:path'
import type { Page } from '@playwright/test'
import type { Dexie } from 'dexie'
import { HISTORY_PAGE_MAX } from '../../shared/protocol/limits.ts'
import type { PullPage } from '../../shared/protocol/http.ts'
import type { MessageRow } from '../../shared/protocol/rows.ts'
import { startAway, type Away, type Found } from './away.ts'
import { openBrowser, type BenchBrowser } from './browser.ts'
import { createHttpClient } from './http.ts'
import type { Lab } from './lab.ts'
import { startProgram, type RunningProcess } from './processes.ts'
import { oursAtMost, ratioAtLeast, type Experiment, type Figure, type Quantities, type Row } from './row.ts'

const CONVERSATIONS = 20
/** So few that they come in one page of the log. */
const FEW = 200
/** The app fetches history by as many, and stores each page in a transaction; so do the rivals. */
const AT_ONCE = HISTORY_PAGE_MAX
const PACKED = 100
/** So many of the list are drawn before one scrolls, those in which something was said last. */
const ON_SCREEN = 6
const LACKS = 'the network, rights, what becomes of a message; rows come from memory, all known to be new'

/** A row of what a device takes to have all that it missed, beside databases that are only filled with it. */
export function createMissedRow(missed: number, { isPouchMeasured }: { isPouchMeasured: boolean }): Row {
  const ours = `${missed} missed`
  const few = `${FEW} missed`
  const stored = { what: 'messages/s until all are stored', unit: '/s', quantity: 'stored/s', ours }
  const pouch: Figure = { ...stored, what: `${stored.what}, beside PouchDB`, rival: 'PouchDB', reach: ratioAtLeast(25) }
  return {
    measures: `A device in Chromium comes back to ${CONVERSATIONS} conversations in which ${missed} messages were sent meanwhile.`,
    sides: {
      [ours]: { what: `ChatBox, ${ours}` },
      [few]: { what: `ChatBox, ${few}` },
      Dexie: { what: 'raw Dexie, the same table and indexes', lacks: LACKS },
      packed: { what: `raw Dexie, ${PACKED} messages a record`, lacks: `${LACKS}; finding one of them` },
      ...(isPouchMeasured && {
        PouchDB: { what: 'PouchDB, replicated from pouchdb-server', lacks: 'order (n, seq), rights, indexes' },
      }),
    },
    figures: [
      {
        ...{ what: 'until the newest page of each conversation is readable', unit: 'ms', quantity: 'readable ms' },
        ...{ ours, rival: few, reach: oursAtMost(2_000) },
      },
      { ...stored, what: `${stored.what}, beside Dexie`, rival: 'Dexie', reach: ratioAtLeast(5) },
      // Five times Dexie is a third of this.
      { ...stored, what: `${stored.what}, beside packed`, rival: 'packed', reach: ratioAtLeast(1 / 3) },
      ...(isPouchMeasured ? [pouch] : []),
    ],
    async begin(lab) {
      const browser = await openBrowser()
      const away = await startAway(lab, browser, {
        conversations: CONVERSATIONS,
        missed: { [ours]: missed, [few]: FEW },
      })
      const rivals = await openRivals(lab, browser, away, ours, isPouchMeasured)
      return {
        sides: {
          [ours]: () => comeBack(browser, away, ours),
          [few]: () => comeBack(browser, away, few),
          ...rivals.sides,
        },
        async end() {
          await rivals.end()
          await away.stop()
          await browser.close()
        },
      }
    },
  }
}

async function comeBack(browser: BenchBrowser, away: Away, name: string): Promise<Quantities> {
  const found = findIn(away, name)
  const device = await away.openDevice(browser)
  const { page } = device
  const began = await found.comeBack(device)
  const readable = page.evaluate(
    ([userId, conversations, shown]) => bench.untilReadable(userId, conversations, shown),
    [away.person.userId, found.conversations, found.conversations.slice(-ON_SCREEN).map(({ text }) => text)] as const,
  )
  const [readableAt, storedAt] = await Promise.all([readable, found.untilStored(device)])
  await found.expectAll(device)
  await device.close()
  return { 'readable ms': readableAt - began, 'stored/s': found.missed / ((storedAt - began) / 1_000) }
}

function findIn({ found }: Away, name: string): Found {
  const one = found[name]
  if (one === undefined) throw new Error(`there is no ${name}`)
  return one
}

async function openRivals(
  lab: Lab,
  browser: BenchBrowser,
  away: Away,
  name: string,
  isPouchMeasured: boolean,
): Promise<Experiment> {
  const rows = await pullRows(away, findIn(away, name))
  const modules = join(lab.rivals(), 'node_modules')
  const withDexie = async (fill: (page: Page) => Promise<{ ms: number; count: number }>) => {
    const page = await browser.openRival([join(modules, 'dexie/dist/dexie.min.js')])
    return measureRival(page, rows.length, () => fill(page))
  }
  const pouch = isPouchMeasured ? await startPouch(lab, rows) : undefined
  return {
    sides: {
      Dexie: () => withDexie((page) => page.evaluate(fillDexie, { rows, atOnce: AT_ONCE })),
      packed: () => withDexie((page) => page.evaluate(fillPacked, { rows, atOnce: AT_ONCE, packed: PACKED })),
      ...(pouch !== undefined && {
        async PouchDB() {
          const url = `http://127.0.0.1:${pouch.port}/`
          const page = await browser.openRival([join(modules, 'pouchdb/dist/pouchdb.min.js')], url)
          return measureRival(page, rows.length, () => page.evaluate(replicate, `${url}${POUCH}`))
        },
      }),
    },
    end: async () => pouch?.stop(),
  }
}

async function measureRival(
  page: Page,
  count: number,
  fill: () => Promise<{ ms: number; count: number }>,
): Promise<Quantities> {
  const filled = await fill()
  await page.context().close()
  if (filled.count !== count) throw new Error(`a rival holds ${filled.count} messages of ${count}`)
  return { 'stored/s': count / (filled.ms / 1_000) }
}

/** The rows as the device gets them. */
async function pullRows({ person }: Away, { server, missed, head }: Found): Promise<MessageRow[]> {
  const client = createHttpClient(server.port, person.cookie)
  const rows: MessageRow[] = []
  for (let cursor = head - missed; cursor < head;) {
    const { content } = await client.ask(`/api/pull?log=campus&cursor=${cursor}`)
    const page = content as PullPage
    rows.push(...page.rows.filter((row) => row.type === 'message'))
    cursor = page.to
  }
  client.close()
  if (rows.length !== missed) throw new Error(`${rows.length} rows were pulled of ${missed}`)
  return rows
}

/** In a page that has Dexie. */
async function fillDexie({ rows, atOnce }: { rows: MessageRow[]; atOnce: number }) {
  const { Dexie: Database } = globalThis as unknown as { Dexie: typeof Dexie }
  const db = new Database('rival')
  db.version(1).stores({
    messages: 'id, &[conversationId+n], [conversationId+sentAt], [conversationId+pinnedAt], replyTo.messageId',
    latest: 'conversationId',
    meta: 'key',
  })
  await db.open()
  const [messages, latest, meta] = [db.table('messages'), db.table('latest'), db.table('meta')]
  const began = performance.now()
  for (let from = 0; from < rows.length; from += atOnce) {
    const part = rows.slice(from, from + atOnce)
    await db.transaction('rw', [messages, latest, meta], async () => {
      await messages.bulkPut(part)
      await latest.bulkPut([...new Map(part.map((row) => [row.conversationId, row])).values()])
      await meta.put({ key: 'position', cursor: part.at(-1)?.seq })
    })
  }
  return { ms: performance.now() - began, count: await messages.count() }
}

/** In a page that has Dexie. */
async function fillPacked({ rows, atOnce, packed }: { rows: MessageRow[]; atOnce: number; packed: number }) {
  const { Dexie: Database } = globalThis as unknown as { Dexie: typeof Dexie }
  const db = new Database('rival')
  db.version(1).stores({ packs: '[conversationId+n]', latest: 'conversationId', meta: 'key' })
  await db.open()
  const [packs, latest, meta] = [db.table('packs'), db.table('latest'), db.table('meta')]
  const began = performance.now()
  for (let from = 0; from < rows.length; from += atOnce) {
    const part = rows.slice(from, from + atOnce)
    const records = Array.from({ length: Math.ceil(part.length / packed) }, (_, place) => {
      const together = part.slice(place * packed, (place + 1) * packed)
      return { conversationId: together[0]?.conversationId, n: together[0]?.n, rows: together }
    })
    await db.transaction('rw', [packs, latest, meta], async () => {
      await packs.bulkPut(records)
      await latest.bulkPut([...new Map(part.map((row) => [row.conversationId, row])).values()])
      await meta.put({ key: 'position', cursor: part.at(-1)?.seq })
    })
  }
  const ms = performance.now() - began
  const stored = (await packs.toArray()) as { rows: MessageRow[] }[]
  return { ms, count: stored.reduce((sum, record) => sum + record.rows.length, 0) }
}

const POUCH = 'campus'

async function startPouch(lab: Lab, rows: readonly MessageRow[]): Promise<RunningProcess> {
  const server = await startProgram(join(lab.rivals(), 'pouchdb-server.mjs'))
  const url = `http://127.0.0.1:${server.port}/${POUCH}`
  const send = async (path: string, method: string, body?: object) => {
    const headers = { 'content-type': 'application/json' }
    const answer = await fetch(url + path, {
      ...{ method, headers },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    })
    if (!answer.ok) throw new Error(`pouchdb-server answered ${answer.status}: ${await answer.text()}`)
  }
  await send('', 'PUT')
  for (let from = 0; from < rows.length; from += AT_ONCE) {
    const docs = rows.slice(from, from + AT_ONCE).map(({ id, ...row }) => ({ _id: id, ...row }))
    await send('/_bulk_docs', 'POST', { docs })
  }
  return server
}

interface Pouch {
  replicate: { from(url: string, options: { batch_size: number }): Promise<{ docs_written: number }> }
  info(): Promise<{ doc_count: number }>
}

/** In a page that has PouchDB; a batch is as large as one of ours. */
async function replicate(url: string) {
  const { PouchDB } = globalThis as unknown as { PouchDB: new (name: string) => Pouch }
  const db = new PouchDB('rival')
  const began = performance.now()
  await db.replicate.from(url, { batch_size: 900 })
  const ms = performance.now() - began
  return { ms, count: (await db.info()).doc_count }
}
