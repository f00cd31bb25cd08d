import type { Page } from '@playwright/test'
import { composer, open } from '../../e2e/support/conversing.ts'
import { slowDown } from '../browser.ts'
import { openCaughtUp } from '../caught-up.ts'
import { percentile } from '../ratio.ts'
import { oursAtMost, type Quantities, type Row } from '../row.ts'

const STORED = Number(process.env.KEY_MESSAGES ?? 50_000)
const SLOW = 4
const WARM_UP = 'warming up '
const TEXT = 'the quick brown fox jumps over the lazy dog and runs away from here '.repeat(2)
/** Somebody who types fast. */
const KEY_MS = 80
const SETTLE_MS = 1_000

const ours = 'ChatBox'
const rival = 'textarea'

export const row: Row = {
  measures: `From a key to its paint on a processor ${SLOW} times slower, in a conversation of ${STORED} messages that are on the device.`,
  sides: {
    [ours]: { what: 'ChatBox in Chromium' },
    [rival]: { what: 'a bare textarea', lacks: 'drafts that outlive the page, completion, a conversation above it' },
  },
  figures: [
    { what: 'a key to its paint, p98', unit: 'ms', quantity: 'p98 ms', ...{ ours, rival }, reach: oursAtMost(50) },
  ],
  async begin(lab) {
    const { browser, device, title, end } = await openCaughtUp(lab, STORED)
    const bare = await browser.openRival([])
    await bare.evaluate(() => (document.body.innerHTML = '<textarea aria-label="Message" rows="3"></textarea>'))
    await open(device, title)

    async function type(page: Page): Promise<Quantities> {
      await page.bringToFront()
      const field = composer({ page })
      await field.fill('')
      await field.click()
      const session = await slowDown(page, SLOW)
      await page.keyboard.type(WARM_UP, { delay: KEY_MS })
      await page.waitForTimeout(SETTLE_MS)
      await page.evaluate(() => {
        bench.takePaints()
        bench.countRequests()
      })
      await page.keyboard.type(TEXT, { delay: KEY_MS })
      await page.waitForTimeout(SETTLE_MS)
      const paints = await page.evaluate(() => bench.takePaints())
      const { reads, writes } = await page.evaluate(() => bench.countRequests())
      await session.send('Emulation.setCPUThrottlingRate', { rate: 1 })
      await session.detach()
      if (paints.length !== TEXT.length) throw new Error(`${paints.length} keys were painted of ${TEXT.length}`)
      if ((await field.inputValue()) !== WARM_UP + TEXT) throw new Error('what was typed is not in the field')
      return {
        ...{ 'p98 ms': percentile(paints, 98), 'p50 ms': percentile(paints, 50) },
        ...{ 'reads a key': reads / TEXT.length, 'writes a key': writes / TEXT.length },
      }
    }

    return { sides: { [ours]: () => type(device.page), [rival]: () => type(bare) }, end }
  },
}
