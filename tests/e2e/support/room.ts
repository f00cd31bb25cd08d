import { expect, type Locator } from '@playwright/test'
import type { Screen } from './person.ts'

const TARGET_PX = 44
/** A name is known by so much of it. */
const SEEN_CHARACTERS = 9

/** With text twice as large nothing is cut to a few letters, and nothing is wider than the screen. */
export async function expectRoomForLargeText({ page }: Screen, what: string): Promise<void> {
  await page.evaluate(() => (document.documentElement.style.fontSize = '200%'))
  const cut = await page.evaluate((enough) => {
    const isShown = (element: Element) => element.checkVisibility() && element.getClientRects().length > 0
    const texts = [...document.querySelectorAll<HTMLElement>('*')].filter(
      (element) => getComputedStyle(element).textOverflow === 'ellipsis' && isShown(element) && element.clientWidth > 1,
    )
    return texts.flatMap(({ textContent, clientWidth, scrollWidth, className }) => {
      const text = textContent.trim()
      const seen = Math.floor((text.length * clientWidth) / Math.max(1, scrollWidth))
      return scrollWidth <= clientWidth + 1 || seen >= enough ? [] : [`${seen} characters of “${text}” (${className})`]
    })
  }, SEEN_CHARACTERS)
  expect.soft(cut, what).toEqual([])
  const wider = await page.evaluate(() => document.documentElement.scrollWidth - document.documentElement.clientWidth)
  expect.soft(wider, `${what}: so much wider than the screen`).toBeLessThanOrEqual(0)
  await page.evaluate(() => (document.documentElement.style.fontSize = ''))
}

/** Whatever can be touched takes a finger anywhere in a square of 44 px, and no other one's. Links within a text are left out. */
export async function expectTargets({ page }: Screen, what: string): Promise<void> {
  const small = await page.evaluate((size) => {
    const selector =
      'button, a[href], input, select, textarea, [role=option], [role=tab], [role=menuitem], [role=menuitemcheckbox]'
    const dialog = [...document.querySelectorAll('dialog[open]')].at(-1)
    const targets = [...(dialog ?? document).querySelectorAll<HTMLElement>(selector)]
    return targets.flatMap((target) => {
      const { left, top, width, height } = target.getBoundingClientRect()
      const isHidden = !target.checkVisibility({ visibilityProperty: true, opacityProperty: true }) || width < 2
      if (isHidden || target.matches(':disabled, .mention') || getComputedStyle(target).display === 'inline') return []
      const middle = { x: left + width / 2, y: top + height / 2 }
      const reach = size / 2 - 1.5
      const isHit = (x: number, y: number) => {
        const hit = document.elementFromPoint(x, y)
        const label = target instanceof HTMLInputElement ? target.closest('label') : null
        return hit !== null && (target.contains(hit) || label?.contains(hit) === true || hit.contains(target))
      }
      const at = (dx: number, dy: number) => isHit(middle.x + dx, middle.y + dy)
      const isOff = middle.y < reach || middle.y > innerHeight - reach || middle.x < 0 || middle.x > innerWidth
      // Cut off by an edge of what scrolls, it is whole when one scrolls.
      if (isOff || !at(0, 0)) return []
      const [wide, tall] = [at(-reach, 0) && at(reach, 0), at(0, -reach) && at(0, reach)]
      const name = target.getAttribute('aria-label') ?? target.textContent.trim().slice(0, 30)
      return wide && tall ? [] : [`“${name}” ${Math.round(width)} by ${Math.round(height)} (${target.className})`]
    })
  }, TARGET_PX)
  expect.soft(small, what).toEqual([])
}

/** Where a person has chosen the colours, what is chosen still looks other than what is not. */
export async function expectToldApart(chosen: Locator, other: Locator, what: string): Promise<void> {
  // Colours may be on their way from one to the other.
  await expect(async () => expect(await lookOf(chosen), what).not.toEqual(await lookOf(other))).toPass()
}

function lookOf(locator: Locator): Promise<string[]> {
  return locator.evaluate((element) =>
    [null, '::before', '::after'].map((part) => {
      const { outlineStyle, outlineColor, borderStyle, borderColor, borderWidth, backgroundColor, content } =
        getComputedStyle(element, part)
      return [outlineStyle === 'none' ? '' : outlineColor, borderStyle, borderColor, borderWidth]
        .concat(part === null ? [backgroundColor] : content === 'none' ? [] : [backgroundColor])
        .join(' ')
    }),
  )
}
