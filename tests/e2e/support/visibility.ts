import type { Screen } from './person.ts'

/** What a page is told when another tab, or another app, comes before it. */
export async function turnVisibility({ page }: Screen, state: 'hidden' | 'visible'): Promise<void> {
  await page.evaluate((visibilityState) => {
    Object.defineProperty(document, 'visibilityState', { configurable: true, value: visibilityState })
    document.dispatchEvent(new Event('visibilitychange'))
  }, state)
}
