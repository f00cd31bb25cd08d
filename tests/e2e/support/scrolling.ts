import type { Locator } from '@playwright/test'

/** Goes down by a page, and is there when it resolves; at the end it stays where it is. */
export async function scrollOn(scroller: Locator): Promise<void> {
  const before = await scroller.evaluate(({ scrollTop }) => scrollTop)
  await scroller.press('PageDown')
  await scroller.evaluate(
    (element, before) =>
      new Promise<void>((resolve) => {
        let last = before
        const look = () => {
          const { scrollTop, clientHeight, scrollHeight } = element
          const isAtEnd = scrollTop + clientHeight >= scrollHeight - 1
          if (scrollTop === last && (scrollTop !== before || isAtEnd)) return resolve()
          last = scrollTop
          requestAnimationFrame(look)
        }
        look()
      }),
    before,
  )
}
