import type { Page } from '@playwright/test'

/** What a page still listens with, once all that can go has gone. */
export async function countListeners(page: Page): Promise<number> {
  return measureCollected(page, 'JSEventListeners')
}

/** What the browser counts of a page under that name, once all that can go has gone. */
export async function measureCollected(page: Page, metric: string): Promise<number> {
  const session = await page.context().newCDPSession(page)
  await session.send('Performance.enable')
  for (let round = 0; round < 3; round += 1) await session.send('HeapProfiler.collectGarbage')
  const { metrics } = await session.send('Performance.getMetrics')
  await session.detach()
  const found = metrics.find(({ name }) => name === metric)
  if (found === undefined) throw new Error(`the browser does not count ${metric}`)
  return found.value
}
