import { chromium, type Browser, type BrowserContext, type BrowserContextOptions, type Page } from '@playwright/test'
import { mkdtempSync, readlinkSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { launchOptions } from '../../support/browser.ts'
import { createProxy, type Proxy } from '../../support/proxy.ts'
import { waitFor } from '../../support/wait-for.ts'

/** A browser with a wire of its own to the server, so that one person's network can fail and not another's. */
export interface Device {
  /** Where the app is, as this device knows it. */
  readonly url: string
  readonly wire: Proxy
  readonly context: BrowserContext
  /** The tab that was opened last. */
  readonly page: Page
  openTab(path?: string): Promise<Page>
  /** No packet gets through: open sockets break, new ones are refused, and the browser knows that it is offline. */
  goOffline(): Promise<void>
  goOnline(): Promise<void>
  close(): Promise<void>
}

/** A device whose browser is a process of its own on a folder of its own, and outlives being killed. */
export interface LastingDevice extends Device {
  /** Closes the browser as a person does. Only then, or after half a minute, cookies are on the disk. */
  quit(): Promise<void>
  /** `kill -9` of the whole browser. */
  kill(): Promise<void>
  /** Starts the browser on the same folder; whether the network is there is as it was. */
  start(): Promise<void>
}

export interface Complaints {
  /** Exceptions that nothing caught. */
  pageErrors: string[]
  /** What the page and the browser wrote to the console as errors. */
  consoleErrors: string[]
}

const OPTIONS: BrowserContextOptions = { locale: 'en-GB', timezoneId: 'Europe/Berlin', reducedMotion: 'reduce' }

/**
 * A device that puts the whole app into its cache, and then opens and reloads every screen with no network. That
 * is more work than all the rest of a short test: the others have no service worker, and offline only what they
 * have shown.
 */
export const INSTALLED: BrowserContextOptions = { serviceWorkers: 'allow' }

export async function createDevice(
  browser: Browser,
  port: number,
  complaints: Complaints,
  { serviceWorkers = 'block', ...options }: BrowserContextOptions = {},
): Promise<Device> {
  const wire = await createProxy(port)
  const url = toUrl(wire)
  const context = await browser.newContext({ ...OPTIONS, baseURL: url, serviceWorkers, ...options })
  listen(context, complaints)
  const tabs = keepTabs(() => context)
  return {
    url,
    wire,
    context,
    get page() {
      return tabs.last()
    },
    openTab: tabs.open,
    async goOffline() {
      if (serviceWorkers === 'allow') await waitForInstallation(context)
      wire.cut()
      await context.setOffline(true)
    },
    async goOnline() {
      wire.restore()
      await context.setOffline(false)
    },
    async close() {
      await context.close()
      await wire.close()
    },
  }
}

export async function createLastingDevice(port: number, complaints: Complaints): Promise<LastingDevice> {
  const wire = await createProxy(port)
  const url = toUrl(wire)
  const folder = mkdtempSync(join(tmpdir(), 'chatbox-browser-'))
  let isOffline = false
  let context = await launch()
  const tabs = keepTabs(() => context)

  async function launch(): Promise<BrowserContext> {
    const launched = await chromium.launchPersistentContext(folder, { ...launchOptions, ...OPTIONS, baseURL: url })
    listen(launched, complaints)
    await launched.setOffline(isOffline)
    return launched
  }

  return {
    url,
    wire,
    get context() {
      return context
    },
    get page() {
      return tabs.last()
    },
    openTab: tabs.open,
    async goOffline() {
      isOffline = true
      wire.cut()
      await context.setOffline(true)
    },
    async goOnline() {
      isOffline = false
      wire.restore()
      await context.setOffline(false)
    },
    quit: () => context.close(),
    async kill() {
      const pid = findBrowserProcess(folder)
      const closed = new Promise<void>((resolve) => context.once('close', () => resolve()))
      process.kill(pid, 'SIGKILL')
      await closed
      await waitFor(`the end of process ${pid}`, () => (isRunning(pid) ? undefined : true))
    },
    async start() {
      context = await launch()
    },
    async close() {
      await context.close()
      await wire.close()
      rmSync(folder, { recursive: true, force: true, maxRetries: 5 })
    },
  }
}

function keepTabs(context: () => BrowserContext) {
  let opened: Page | undefined
  return {
    last() {
      if (opened === undefined) throw new Error('no tab is open on this device')
      return opened
    },
    async open(path = '/') {
      const page = await context().newPage()
      opened = page
      await page.goto(path)
      return page
    },
  }
}

function toUrl(wire: Proxy): string {
  return `http://127.0.0.1:${wire.port}`
}

function listen(context: BrowserContext, { pageErrors, consoleErrors }: Complaints): void {
  context.on('weberror', (error) => {
    const { name, message, stack } = error.error()
    pageErrors.push(`${name}: ${message} ${stack ?? ''}`)
  })
  context.on('console', (message) => {
    if (message.type() === 'error') consoleErrors.push(`${message.text()} (${message.location().url})`)
  })
}

const INSTALLATION_MAX_MS = 15_000

/** Only an app that is installed opens its screens with no network; a page that hangs or has no app is not waited for. */
async function waitForInstallation(context: BrowserContext): Promise<void> {
  const isReady = () => navigator.serviceWorker.ready.then(() => undefined)
  await Promise.all(
    context.pages().map(async (page) => {
      let timer: NodeJS.Timeout | undefined
      const limit = new Promise<void>((resolve) => (timer = setTimeout(resolve, INSTALLATION_MAX_MS)))
      await Promise.race([page.evaluate(isReady).catch(() => undefined), limit])
      clearTimeout(timer)
    }),
  )
}

/** Chromium marks the folder that it uses with a link to "host-pid". */
export function findBrowserProcess(folder: string): number {
  const pid = Number(readlinkSync(join(folder, 'SingletonLock')).split('-').at(-1))
  if (!Number.isSafeInteger(pid) || pid <= 1) throw new Error('the browser has no process')
  return pid
}

function isRunning(pid: number): boolean {
  try {
    process.kill(pid, 0)
    return true
  } catch {
    return false
  }
}
