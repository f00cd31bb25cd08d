import { expect, type Page } from '@playwright/test'
import type { AxeResults, NodeResult } from 'axe-core'
import { readFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import type { Screen } from './person.ts'

const source = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8')

/** By night only the colours are others. No rule that is asked needs the style sheets as text, and no page has frames. */
const COMMON = 'resultTypes: ["violations"], preload: false, iframes: false'
const RUNS = { light: `{ ${COMMON} }`, dark: `{ ${COMMON}, runOnly: ["color-contrast"] }` }

type ColorScheme = keyof typeof RUNS

const PHONE = { width: 390, height: 780 }
const WIDE = { width: 1280, height: 800 }

/** How wide the window is when something is looked at: in each run as on a phone or wide, about half and half; in the long run both. */
function chooseSizes(what: string): { width: number; height: number }[] {
  if (process.env.LONG !== undefined) return [PHONE, WIDE]
  const sum = [...what].reduce((total, character) => total + (character.codePointAt(0) ?? 0), 0)
  return [sum % 2 === 0 ? PHONE : WIDE]
}

/** What lies on top of a screen, and is gone when the window changes its size where it should not be. */
const LAYERS = 'dialog[open], [role=menu], [role=listbox], [role=grid]'

/** The same on a phone, on a wide screen, or on both; it is left as wide as it was. */
export async function expectAccessibleAtAnyWidth(screen: Screen, what: string): Promise<void> {
  const { page } = screen
  const size = page.viewportSize()
  if (size === null) throw new Error('the window has no size of its own')
  let layers: number | undefined
  for (const other of chooseSizes(what)) {
    await page.setViewportSize(other)
    await expectAccessible(screen, `${what}, ${other.width} px`)
    layers ??= await page.locator(LAYERS).count()
    await expect(page.locator(LAYERS)).toHaveCount(layers)
  }
  await page.setViewportSize(size)
}

/** Not serious to axe, and yet one who hears a page is lost without it. */
const NEEDED = ['landmark-one-main', 'page-has-heading-one']

/** axe finds nothing serious in what is on the screen, neither by day nor by night. */
export async function expectAccessible(
  { page }: Screen,
  what: string,
  by: readonly ColorScheme[] = ['light', 'dark'],
): Promise<void> {
  // As a string it is run by the browser itself, whatever the page's own policy allows.
  if (!(await page.evaluate('"axe" in window'))) await page.evaluate(source)
  for (const colorScheme of by) {
    await page.emulateMedia({ colorScheme })
    await settle(page)
    const { violations } = await page.evaluate<AxeResults>(`axe.run(${RUNS[colorScheme]})`)
    const serious = violations
      .filter(({ id, impact }) => impact === 'serious' || impact === 'critical' || NEEDED.includes(id))
      .map(({ id, nodes }) => `${id}: ${nodes.map(toLine).join('; ')}`)
    expect.soft(serious, `${what}, ${colorScheme}`).toEqual([])
  }
}

/** Half-way from one colour to another, none has the contrast of either. */
async function settle(page: Page): Promise<void> {
  await page.evaluate(async () => {
    const isEnding = ({ effect, playState }: Animation) =>
      effect?.getComputedTiming().iterations !== Infinity && playState !== 'finished'
    do {
      for (let frames = 0; frames < 2; frames++) await new Promise((resolve) => requestAnimationFrame(resolve))
    } while (document.getAnimations().some(isEnding))
  })
}

function toLine({ target, any }: NodeResult): string {
  return `${target.join(' ')} (${any.map(({ message }) => message).join(', ')})`
}
