import type { Device } from '../e2e/support/device.ts'
import { startAway } from './away.ts'
import { openBrowser, type BenchBrowser } from './browser.ts'
import type { Lab } from './lab.ts'

export interface CaughtUp {
  browser: BenchBrowser
  device: Device
  /** Of its one conversation. */
  title: string
  end(): Promise<void>
}

/** A device that holds all of one conversation, with so many messages more than its newest page. */
export async function openCaughtUp(lab: Lab, messages: number): Promise<CaughtUp> {
  const browser = await openBrowser()
  const away = await startAway(lab, browser, { conversations: 1, missed: { all: messages } })
  const device = await away.openDevice(browser)
  const { all } = away.found
  if (all === undefined) throw new Error('nothing was missed')
  await all.comeBack(device)
  await all.untilStored(device)
  await all.expectAll(device)
  return {
    ...{ browser, device, title: all.conversations[0]?.title ?? '' },
    async end() {
      await device.close()
      await away.stop()
      await browser.close()
    },
  }
}
