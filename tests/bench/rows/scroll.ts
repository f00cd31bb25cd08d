import { setTimeout } from 'node:timers/promises'
import type { CDPSession, Page } from '@playwright/test'
import { messages, open } from '../../e2e/support/conversing.ts'
import { slowDown } from '../browser.ts'
import { openCaughtUp } from '../caught-up.ts'
import { shareInTime } from '../frames.ts'
import { oursAtLeast, type Quantities, type Row } from '../row.ts'

const STORED = Number(process.env.SCROLL_MESSAGES ?? 20_000)
const SLOW = 4
const READING = { what: 'at reading speed', pxPerSecond: 1_000, px: 6_000 }
const FLING = { what: 'in a fling', pxPerSecond: 10_000, px: 60_000 }
/** A trackpad says so often how far it went. */
const TICK_MS = 16
const SETTLE_MS = 500

const fast = 'ChatBox'
const slow = `${SLOW}x slower`
const figure = (ours: string, { what }: typeof READING, least: number) => ({
  ...{ what: `frames in time ${what}${ours === slow ? `, ${SLOW}x` : ''}`, unit: '%', quantity: what, ours },
  reach: oursAtLeast(least),
})

export const row: Row = {
  measures: `Scrolling up in a conversation of ${STORED} messages that are on the device, also on a processor ${SLOW} times slower.`,
  sides: { [fast]: { what: 'ChatBox in Chromium' }, [slow]: { what: `ChatBox, ${slow}` } },
  figures: [figure(fast, READING, 99), figure(fast, FLING, 97), figure(slow, READING, 85), figure(slow, FLING, 85)],
  async begin(lab) {
    const { device, title, end } = await openCaughtUp(lab, STORED)

    async function measure(times: number): Promise<Quantities> {
      const page = await device.openTab('/')
      await open(device, title)
      await messages(device).last().waitFor()
      const newest = page.getByRole('button', { name: 'Jump to the newest message' })
      if (await newest.isVisible()) await newest.click()
      await setTimeout(SETTLE_MS)
      const session = await slowDown(page, times)
      await scroll(page, session, { ...READING, px: 1_500 })
      const quantities = {
        [READING.what]: await scroll(page, session, READING),
        [FLING.what]: await scroll(page, session, FLING),
      }
      await page.close()
      return quantities
    }

    return { sides: { [fast]: () => measure(1), [slow]: () => measure(SLOW) }, end }
  },
}

/** Turns a wheel up at that speed, and answers how much of what a display showed was in time. */
async function scroll(
  page: Page,
  session: CDPSession,
  { pxPerSecond, px }: Pick<typeof READING, 'pxPerSecond' | 'px'>,
): Promise<number> {
  const before = await findFirstShown(page)
  await page.evaluate(() => bench.startFrames())
  const began = performance.now()
  for (let done = 0; done < px;) {
    const due = Math.min(px, ((performance.now() - began) / 1_000) * pxPerSecond)
    const wheel = { type: 'mouseWheel', x: 800, y: 400, deltaX: 0, deltaY: done - due } as const
    // The next one does not wait until this one was painted: nor do fingers.
    void session.send('Input.dispatchMouseEvent', wheel).catch(() => undefined)
    done = due
    await setTimeout(TICK_MS)
  }
  await setTimeout(SETTLE_MS)
  const frames = await page.evaluate(() => bench.stopFrames())
  if ((await findFirstShown(page)) >= before) throw new Error('nothing was scrolled')
  return shareInTime(frames)
}

/** The number of the first message that is drawn. */
function findFirstShown(page: Page): Promise<number> {
  return page.evaluate(() => {
    const text = document.querySelector('[role=log] article')?.textContent ?? ''
    const [, word, n] = /\((held|missed) (\d+)\)/.exec(text) ?? []
    if (n === undefined) throw new Error(`no message is drawn: ${text}`)
    return Number(n) + (word === 'held' ? 0 : 1_000)
  })
}
