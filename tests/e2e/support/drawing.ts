import type { Locator, Page } from '@playwright/test'

const STEPS = 6

/** A finger that is put on the middle of something, drawn so far, and lifted. */
export async function drawAcross(
  page: Page,
  target: Locator,
  { across = 0, down = 0 }: { across?: number; down?: number },
): Promise<void> {
  await target.scrollIntoViewIfNeeded()
  const box = await target.boundingBox()
  if (box === null) throw new Error('there is nothing to put a finger on')
  const [x, y] = [box.x + box.width / 2, box.y + box.height / 2]
  const session = await page.context().newCDPSession(page)
  const touch = (type: 'touchStart' | 'touchMove' | 'touchEnd', part: number) =>
    session.send('Input.dispatchTouchEvent', {
      type,
      touchPoints: type === 'touchEnd' ? [] : [{ x: x + across * part, y: y + down * part }],
    })
  await touch('touchStart', 0)
  for (let step = 1; step <= STEPS; step++) await touch('touchMove', step / STEPS)
  await touch('touchEnd', 1)
  await session.detach()
}
