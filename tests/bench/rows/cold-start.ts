import type { Page } from '@playwright/test'
import { waitUntilInstalled } from '../../e2e/support/connection.ts'
import { messages, open } from '../../e2e/support/conversing.ts'
import { INSTALLED, type Device } from '../../e2e/support/device.ts'
import { startAway } from '../away.ts'
import { DESKTOP, openBrowser, slowDown } from '../browser.ts'
import { median } from '../ratio.ts'
import { oursAtMost, ratioAtMost, type Quantities, type Row } from '../row.ts'

/** A million take an hour to come; who has it says so. */
const MANY = Number(process.env.COLD_MESSAGES ?? 100_000)
const FEW = 1_000
const CONVERSATIONS = 20
const SLOW = 4
const STARTS = 3
const SETTLE_MS = 2_000
const LIST = 'nav[aria-label=Conversations] li a'
const MESSAGE = '[role=log] article'

const many = `${MANY} messages`
const few = `${FEW} messages`
const toPaint = (what: string, quantity: string, most: number) => ({
  ...{ what: `${what}, to the first paint of the same page`, unit: 'times', quantity, ours: few },
  reach: oursAtMost(most),
})
const toFew = (what: string, quantity: string) => ({
  ...{ what: `${what}, with many messages on the device`, unit: 'ms', quantity, ours: many, rival: few },
  reach: ratioAtMost(1.1),
})

export const row: Row = {
  measures: `The app is started with no network on a processor ${SLOW} times slower, in a conversation, with ${MANY} messages on the device and with ${FEW}.`,
  sides: { [many]: { what: `ChatBox, ${many}` }, [few]: { what: `ChatBox, ${few}` } },
  figures: [
    toPaint('the list', 'list to paint', 1.3),
    toPaint('the first message', 'message to paint', 1.5),
    toFew('the list', 'list ms'),
    toFew('the first message', 'message ms'),
  ],
  async begin(lab) {
    const browser = await openBrowser()
    const away = await startAway(lab, browser, { conversations: CONVERSATIONS, missed: { [many]: MANY, [few]: FEW } })
    const devices: Record<string, Device> = {}
    const paths: Record<string, string> = {}
    for (const [name, found] of Object.entries(away.found)) {
      const device = await away.openDevice(browser, { ...DESKTOP, ...INSTALLED })
      await found.comeBack(device)
      await found.untilStored(device)
      await found.expectAll(device)
      await open(device, found.conversations.at(-1)?.title ?? '')
      await messages(device).last().waitFor()
      await waitUntilInstalled(device)
      // Once more as it will be, so that all of it is where it stays.
      await device.page.reload()
      await messages(device).last().waitFor()
      await device.page.waitForTimeout(SETTLE_MS)
      paths[name] = new URL(device.page.url()).pathname
      await device.goOffline()
      await device.page.close()
      await device.context.addInitScript(
        ([list, message]) => {
          bench.firstPainted(list)
          bench.firstPainted(message)
        },
        [LIST, MESSAGE] as const,
      )
      devices[name] = device
    }

    async function measure(name: string): Promise<Quantities> {
      const [device, path] = [devices[name], paths[name]]
      if (device === undefined || path === undefined) throw new Error(`there is no ${name}`)
      const starts: Started[] = []
      for (let start = 0; start < STARTS; start += 1) {
        const page = await device.context.newPage()
        await slowDown(page, SLOW)
        await page.goto(path)
        starts.push(await readStart(page))
        await page.close()
      }
      const medianOf = (toValue: (start: Started) => number) => median(starts.map(toValue))
      return {
        ...{ 'list to paint': medianOf(({ list, paint }) => list / paint), 'list ms': medianOf(({ list }) => list) },
        'message to paint': medianOf(({ message, paint }) => message / paint),
        ...{ 'message ms': medianOf(({ message }) => message), 'paint ms': medianOf(({ paint }) => paint) },
      }
    }

    return {
      sides: { [many]: () => measure(many), [few]: () => measure(few) },
      async end() {
        for (const device of Object.values(devices)) await device.close()
        await away.stop()
        await browser.close()
      },
    }
  },
}

interface Started {
  paint: number
  list: number
  message: number
}

/** In milliseconds since the page was opened. */
async function readStart(page: Page): Promise<Started> {
  const isThere = (selectors: readonly string[]) => selectors.every((one) => bench.firstPainted(one) !== undefined)
  await page.waitForFunction(isThere, [LIST, MESSAGE])
  const said = await messages({ page }).first().innerText()
  if (!/\((held|missed) \d+\)/.test(said)) throw new Error(`that is no message of this conversation: ${said}`)
  return page.evaluate(
    ([list, message]) => ({
      paint: performance.getEntriesByName('first-paint')[0]?.startTime ?? Number.NaN,
      list: bench.firstPainted(list) ?? Number.NaN,
      message: bench.firstPainted(message) ?? Number.NaN,
    }),
    [LIST, MESSAGE] as const,
  )
}
