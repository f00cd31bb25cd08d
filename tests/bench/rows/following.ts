import { setTimeout } from 'node:timers/promises'
import { messages, open } from '../../e2e/support/conversing.ts'
import { createGroup, send } from '../../support/campus.ts'
import { openBrowser } from '../browser.ts'
import { shareInTime } from '../frames.ts'
import { createHttpClient } from '../http.ts'
import { percentile } from '../ratio.ts'
import { oursAtLeast, oursAtMost, type Row } from '../row.ts'
import { startChatbox } from '../stand.ts'

const SECONDS = 20
const PER_SECOND = 200
/** In one request, as from a busy campus. */
const AT_ONCE = 20
const WRITERS = 8
/** After the last one nothing is awaited any longer than that. */
const SETTLE_MS = 15_000

const ours = 'ChatBox'
const figure = (what: string, unit: string, quantity: string) => ({ what, unit, quantity, ours })

export const row: Row = {
  measures: `${PER_SECOND} messages/s come for ${SECONDS} s into the conversation that is open, to somebody who is at its end.`,
  sides: { [ours]: { what: 'ChatBox in Chromium' } },
  figures: [
    { ...figure('messages that never came on the screen', '', 'never shown'), reach: oursAtMost(0) },
    { ...figure('from being sent to being on the screen, p99', 'ms', 'lag p99 ms'), reach: oursAtMost(500) },
    { ...figure('reads of IndexedDB a message', '', 'reads a message'), reach: oursAtMost(1) },
    { ...figure('frames in time', '%', 'frames in time'), reach: oursAtLeast(95) },
  ],
  async begin(lab) {
    const browser = await openBrowser()
    let conversationId = ''
    const { server, seeded, stop } = await startChatbox({
      ...{ lab, people: WRITERS + 1 },
      async more(campus, { people: [reader, leader, ...others] }) {
        const ids = [reader, ...others].map((person) => person?.userId ?? '')
        const command = createGroup(ids, { title: 'Club' })
        conversationId = command.conversationId
        await campus.accept(leader?.userId ?? '', command, send(conversationId, 'm0. The first one.'))
      },
    })
    const [reader, ...writers] = seeded.people
    const readerId = reader?.userId ?? ''
    const clients = writers.map(({ cookie }) => createHttpClient(server.port, cookie))
    const device = await browser.openDevice(server.port, reader?.cookie ?? '')
    const page = await device.openTab('/')
    let [bytes, sent] = [0, 0]
    page.on('websocket', (socket) => socket.on('framereceived', ({ payload }) => (bytes += payload.length)))
    await page.reload()
    await open(device, 'Club')
    await messages(device).last().waitFor()
    await page.evaluate(() => bench.followNumbers())

    /** Answers when each message was sent, by its number. */
    async function flood(): Promise<Map<number, number>> {
      const sentAt = new Map<number, number>()
      const before = sent
      const began = Date.now()
      const under: Promise<void>[] = []
      while (Date.now() - began < SECONDS * 1_000) {
        const due = before + Math.floor(((Date.now() - began) / 1_000) * PER_SECOND)
        for (; sent + AT_ONCE <= due; sent += AT_ONCE) {
          const numbers = Array.from({ length: AT_ONCE }, (_, place) => sent + place + 1)
          for (const n of numbers) sentAt.set(n, Date.now())
          under.push(write(numbers))
        }
        await setTimeout(5)
      }
      await Promise.all(under)
      return sentAt
    }

    async function write(numbers: readonly number[]): Promise<void> {
      const commands = numbers.map((n) =>
        send(conversationId, `m${n}. This is what somebody says in a message of about 58.`, { writtenAt: Date.now() }),
      )
      const client = clients[(((numbers[0] ?? 0) / AT_ONCE) | 0) % clients.length]
      const { status, content } = (await client?.ask('/api/commands', { method: 'POST', body: { commands } })) ?? {}
      const { results = [] } = content as { results?: { status: string }[] }
      if (status !== 200 || results.some((result) => result.status !== 'accepted')) {
        throw new Error(`a burst was answered with ${status}: ${JSON.stringify(content)}`)
      }
    }

    return {
      sides: {
        async [ours]() {
          const first = sent + 1
          const bytesBefore = bytes
          await page.evaluate(() => {
            bench.countRequests()
            bench.startFrames()
          })
          const sentAt = await flood()
          const frames = await page.evaluate(() => bench.stopFrames())
          const shown = await page.evaluate(
            async ([last, withinMs]) => {
              for (const end = Date.now() + withinMs; Date.now() < end;) {
                if ((bench.numbersShown().at(-1)?.n ?? 0) >= last) break
                await new Promise((resolve) => requestAnimationFrame(resolve))
              }
              return bench.numbersShown()
            },
            [sent, SETTLE_MS] as const,
          )
          const { reads, writes } = await page.evaluate(() => bench.countRequests())
          const stored = await page.evaluate(([userId, id]) => bench.digest(userId, id), [
            readerId,
            conversationId,
          ] as const)
          if (stored.count !== sent + 1) throw new Error(`${stored.count} messages are on the device, of ${sent + 1}`)
          const lags = toLags(shown, sentAt, first)
          return {
            ...{ 'never shown': sentAt.size - lags.length, 'lag p99 ms': percentile(lags, 99) },
            ...{ 'lag p50 ms': percentile(lags, 50), 'frames in time': shareInTime(frames) },
            ...{ 'reads a message': reads / sentAt.size, 'writes a message': writes / sentAt.size },
            'bytes a message': (bytes - bytesBefore) / sentAt.size,
          }
        },
      },
      async end() {
        for (const client of clients) client.close()
        await device.close()
        await browser.close()
        await stop()
      },
    }
  },
}

/** A message is on the screen once the last one there has its number, or a greater one. */
function toLags(
  shown: readonly { n: number; at: number }[],
  sentAt: ReadonlyMap<number, number>,
  first: number,
): number[] {
  const lags: number[] = []
  let next = first
  for (const { n, at } of shown) for (; next <= n; next += 1) lags.push(at - (sentAt.get(next) ?? at))
  return lags
}
