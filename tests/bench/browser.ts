import { chromium, type Browser, type BrowserContextOptions, type CDPSession, type Page } from '@playwright/test'
import { createDevice, type Complaints, type Device } from '../e2e/support/device.ts'
import { launchOptions } from '../support/browser.ts'
import { instrument } from './in-page.ts'

/** A Chromium of a row's own. */
export interface BenchBrowser {
  /** A device of somebody who is signed in, as far as they are; with no tab yet. */
  openDevice(port: number, cookie: string, options?: BrowserContextOptions): Promise<Device>
  /** A page of a rival, with these scripts; it comes from `url`, or is empty and of an origin of its own. */
  openRival(scripts: readonly string[], url?: string): Promise<Page>
  /** Throws what pages complained of: what was measured in them is of no use then. */
  close(): Promise<void>
}

export const DESKTOP: BrowserContextOptions = { viewport: { width: 1280, height: 800 } }
export const PHONE: BrowserContextOptions = { viewport: { width: 412, height: 823 } }

const EMPTY_ORIGIN = 'http://rival.localhost/'
/** What functions that are sent to a page call where esbuild has kept their names. */
const KEEP_NAMES = 'globalThis.__name = (value) => value'

export async function openBrowser(): Promise<BenchBrowser> {
  const browser: Browser = await chromium.launch(launchOptions)
  const complaints: Complaints = { pageErrors: [], consoleErrors: [] }
  return {
    async openDevice(port, cookie, options = DESKTOP) {
      const device = await createDevice(browser, port, complaints, options)
      const [name = '', value = ''] = cookie.split('=')
      if (value !== '') {
        const { hostname: domain } = new URL(device.url)
        await device.context.addCookies([{ name, value, domain, path: '/api', httpOnly: true, sameSite: 'Lax' }])
      }
      await device.context.addInitScript(KEEP_NAMES)
      await device.context.addInitScript(instrument)
      return device
    },
    async openRival(scripts, url = EMPTY_ORIGIN) {
      const context = await browser.newContext(DESKTOP)
      await context.addInitScript(KEEP_NAMES)
      await context.addInitScript(instrument)
      await context.route(`${EMPTY_ORIGIN}**`, (route) =>
        route.fulfill({ contentType: 'text/html', body: '<!doctype html><title>A rival</title>' }),
      )
      const page = await context.newPage()
      await page.goto(url)
      for (const path of scripts) await page.addScriptTag({ path })
      return page
    },
    async close() {
      await browser.close()
      if (complaints.pageErrors.length > 0) throw new Error(`pages complained: ${complaints.pageErrors.join('; ')}`)
    },
  }
}

/** As on a phone that computes so many times more slowly. */
export async function slowDown(page: Page, times: number): Promise<CDPSession> {
  const session = await page.context().newCDPSession(page)
  await session.send('Emulation.setCPUThrottlingRate', { rate: times })
  return session
}
