import { expectSignedIn } from '../../e2e/support/entering.ts'
import { measureCollected } from '../../e2e/support/listeners.ts'
import { send } from '../../support/campus.ts'
import { openBrowser } from '../browser.ts'
import { fillPeople } from '../fill-people.ts'
import type { Lab } from '../lab.ts'
import { ratioAtMost, type Row } from '../row.ts'
import { type ChatboxStand, startChatbox } from '../stand.ts'

const MANY = 100_000
const FEW = 131
const many = `${MANY} registered`
const few = `${FEW} registered`

const figure = (what: string, unit: string, quantity: string) => ({
  ...{ what, unit, quantity, ours: many, rival: few, reach: ratioAtMost(1.25) },
})

export const row: Row = {
  measures: `A first sign-in in Chromium with ${MANY} people registered, and with ${FEW}.`,
  sides: { [many]: { what: `ChatBox with ${many}` }, [few]: { what: `ChatBox with ${few}` } },
  figures: [
    figure('until everything is stored', 'ms', 'stored ms'),
    figure('heap by then', 'MB', 'heap MB'),
    figure('opening People', 'ms', 'people ms'),
  ],
  async begin(lab) {
    const browser = await openBrowser()
    const stands: Record<string, ChatboxStand> = { [many]: await start(lab, MANY), [few]: await start(lab, FEW) }
    const measure = (name: string) => async () => {
      const stand = stands[name]
      if (stand === undefined) throw new Error(`there is no ${name}`)
      const { server, seeded } = stand
      const [, newcomer] = seeded.people
      const device = await browser.openDevice(server.port, newcomer?.cookie ?? '')
      const began = Date.now()
      const page = await device.openTab('/')
      const storedAt = await page.evaluate(([userId, head]) => bench.untilStored(userId, head), [
        newcomer?.userId ?? '',
        seeded.head,
      ] as const)
      await expectSignedIn(device)
      const heap = await measureCollected(page, 'JSHeapUsedSize')
      const opening = await page.evaluate(openPeople)
      await device.close()
      return { 'stored ms': storedAt - began, 'heap MB': heap / 1e6, 'people ms': opening }
    }
    return {
      sides: { [many]: measure(many), [few]: measure(few) },
      async end() {
        for (const { stop } of Object.values(stands)) await stop()
        await browser.close()
      },
    }
  },
}

function start(lab: Lab, registered: number) {
  return startChatbox({
    ...{ lab, people: 2 },
    async more(campus, { people: [writer] }, store) {
      await fillPeople(store, registered - 2)
      await campus.accept(writer?.userId ?? '', send())
    },
  })
}

/** In the page: how long it takes until somebody is to be seen there. */
function openPeople(): Promise<number> {
  return new Promise((resolve) => {
    const began = performance.now()
    document.querySelector<HTMLElement>('a[href="/people"]')?.click()
    const look = () => {
      if (document.querySelector('[aria-label=People] a') === null) return requestAnimationFrame(look)
      resolve(performance.now() - began)
      return undefined
    }
    look()
  })
}
