import type { BrowserContext, Page } from '@playwright/test'

/*
 * A browser's own limits do not reach IndexedDB here: instead whatever is put into it throws, as on a device that has
 * no room. The app's own memory is no IndexedDB of the browser's, and is not touched.
 */

const FULL = 'chatbox-test-full'

/** From the next page on, a test says when the device is full. */
export async function prepareToFill(context: BrowserContext): Promise<void> {
  await context.addInitScript((key) => {
    const isFull = () => localStorage.getItem(key) !== null
    for (const method of ['put', 'add'] as const) {
      const write = IDBObjectStore.prototype[method]
      IDBObjectStore.prototype[method] = function (this: IDBObjectStore, ...args: Parameters<typeof write>) {
        if (isFull()) throw new DOMException('no room', 'QuotaExceededError')
        return write.apply(this, args)
      }
    }
  }, FULL)
}

export function fill(page: Page): Promise<void> {
  return page.evaluate((key) => localStorage.setItem(key, ''), FULL)
}

export function free(page: Page): Promise<void> {
  return page.evaluate((key) => localStorage.removeItem(key), FULL)
}
