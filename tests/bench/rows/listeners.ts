import { messages, open } from '../../e2e/support/conversing.ts'
import { countListeners } from '../../e2e/support/listeners.ts'
import { createGroup } from '../../support/campus.ts'
import { openBrowser } from '../browser.ts'
import { fillMessages } from '../fill-messages.ts'
import { ratioAtMost, type Row } from '../row.ts'
import { startChatbox } from '../stand.ts'
import { createTexts } from '../texts.ts'

const MANY = 60
const FEW = 6
const MESSAGES = 40
/** What a screen leaves behind goes when the browser has time. */
const SETTLE_MS = 6_000

const many = `${MANY} opened`
const few = `${FEW} opened`

export const row: Row = {
  measures: `What the page listens with after ${MANY} conversations were opened one after another, and after ${FEW}.`,
  sides: { [many]: { what: `ChatBox, ${many}` }, [few]: { what: `ChatBox, ${few}` } },
  figures: [
    { what: 'DOM listeners', unit: '', quantity: 'listeners', ours: many, rival: few, reach: ratioAtMost(1.1) },
  ],
  async begin(lab) {
    const browser = await openBrowser()
    const titles = Array.from({ length: MANY }, (_, place) => `Group ${place + 1}`)
    const { server, seeded, stop } = await startChatbox({
      ...{ lab, people: 2 },
      async more(campus, { people: [writer, reader] }, store) {
        const authorId = writer?.userId ?? ''
        const commands = titles.map((title) => createGroup([reader?.userId ?? ''], { title }))
        await campus.accept(authorId, ...commands)
        const conversationIds = commands.map((command) => command.conversationId)
        await fillMessages(store, { authorId, conversationIds, count: MANY * MESSAGES, toText: createTexts(MANY) })
      },
    })
    const device = await browser.openDevice(server.port, seeded.people[1]?.cookie ?? '')
    const measure = (opened: number) => async () => {
      const page = await device.openTab('/')
      for (const title of titles.slice(0, opened)) {
        await open(device, title)
        await messages(device).last().waitFor()
      }
      await open(device, 'Everyone')
      await page.waitForTimeout(SETTLE_MS)
      const listeners = await countListeners(page)
      await page.close()
      return { listeners }
    }
    return {
      sides: { [many]: measure(MANY), [few]: measure(FEW) },
      async end() {
        await device.close()
        await browser.close()
        await stop()
      },
    }
  },
}
