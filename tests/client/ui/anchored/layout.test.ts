import fc from 'fast-check'
import { expect, test } from 'vitest'
import { Heights } from '../../../../client/ui/anchored/heights.ts'
import {
  canStay,
  findAnchor,
  findSeen,
  layOut,
  type Anchor,
  type List,
  type Layout,
} from '../../../../client/ui/anchored/layout.ts'

/** A list on a screen, as the component draws it: what is drawn is measured, and drawn again until nothing is news. */
function createScreen(height: number, drawnHeightOf: (key: string) => number) {
  const heights = new Heights(64)
  let keys: string[] = []
  let anchor: Anchor = { kind: 'end' }
  let layout: Layout = { start: 0, end: 0, before: 0, after: 0, scrollTop: null }
  let scrollTop = 0
  let draws = 0
  const list = (): List => ({ keys, heightOf: (key) => heights.of(key) })
  const drawn = () => keys.slice(layout.start, layout.end)
  const fullHeight = () =>
    Math.max(height, layout.before + drawn().reduce((sum, key) => sum + drawnHeightOf(key), 0) + layout.after)

  function draw(exact = false): void {
    draws += 1
    for (let isNews = true; isNews;) {
      layout = layOut(list(), anchor, { scrollTop, height }, exact)
      isNews = drawn().filter((key) => heights.set(key, drawnHeightOf(key))).length > 0
    }
    scrollTop = Math.min(Math.max(0, layout.scrollTop ?? scrollTop), fullHeight() - height)
    if (anchor.kind === 'item') anchor = findAnchor(list(), layout, { scrollTop, height })
  }

  return {
    show(next: string[], at = anchor) {
      keys = next
      anchor = at
      draw()
    },
    scrollBy(pixels: number) {
      scrollTop = Math.min(Math.max(0, scrollTop + pixels), fullHeight() - height)
      anchor = findAnchor(list(), layout, { scrollTop, height })
      if (!canStay(list(), layout, anchor, { scrollTop, height })) draw()
    },
    grow(key: string) {
      if (drawn().includes(key)) heights.set(key, drawnHeightOf(key))
      draw()
    },
    straighten: () => draw(true),
    /** Where each item that is drawn begins, counted from the upper edge of the screen. */
    tops() {
      let top = layout.before - scrollTop
      return new Map(drawn().map((key) => [key, (top += drawnHeightOf(key)) - drawnHeightOf(key)]))
    },
    onScreen() {
      return [...this.tops()].filter(([key, top]) => top + drawnHeightOf(key) > 0 && top < height)
    },
    seen: () => findSeen(list(), layout, { scrollTop, height }),
    scrollTop: () => scrollTop,
    draws: () => draws,
    drawn,
  }
}

const range = (from: number, to: number) => Array.from({ length: to - from }, (_, index) => `m${from + index}`)
const heightOf = (key: string) => 30 + ((Number(key.slice(1)) * 37) % 190)

function expectStill(before: readonly [string, number][], after: ReadonlyMap<string, number>): void {
  const common = before.filter(([key]) => after.has(key))
  expect(common.length).toBeGreaterThan(0)
  for (const [key, top] of common) expect(after.get(key)).toBeCloseTo(top, 5)
}

test('what is on the screen stays where it is when more comes above, below and in between', () => {
  const screen = createScreen(600, heightOf)
  screen.show(range(100, 200))
  screen.scrollBy(-3_000)
  const before = screen.onScreen()
  screen.show(range(0, 200))
  expectStill(before, screen.tops())
  screen.show([...range(0, 50), 'm9999', ...range(50, 300)])
  expectStill(before, screen.tops())
  screen.straighten()
  expectStill(before, screen.tops())
})

test('what grows above the screen moves nothing on it', () => {
  let extra = 0
  const screen = createScreen(600, (key) => heightOf(key) + (key === 'm88' ? extra : 0))
  screen.show(range(0, 100))
  const [grown = '', top = 0] = screen.onScreen()[0] ?? []
  screen.scrollBy(top - 400)
  const before = screen.onScreen().filter(([, at]) => at >= 0)
  extra = 500
  screen.grow('m88')
  expect(grown).not.toBe('')
  expectStill(before, screen.tops())
})

const hitsAnEnd = (screen: ReturnType<typeof createScreen>) =>
  ['m0', 'm399'].some((key) => screen.drawn().includes(key))

test('scrolling moves everything by as much as one scrolls, however wrong the guesses were', () => {
  const steps = fc.array(fc.integer({ min: -900, max: 900 }), { minLength: 1, maxLength: 40 })
  fc.assert(
    fc.property(steps, fc.integer({ min: 200, max: 1_400 }), (moves, height) => {
      const screen = createScreen(height, heightOf)
      screen.show(range(0, 400), { kind: 'item', key: 'm200', top: 100 })
      for (const move of moves) {
        const before = screen.tops()
        screen.scrollBy(move)
        for (const [key, was] of before) {
          const expected = was - move
          const isSeen = expected < height && expected + heightOf(key) > 0
          if (isSeen && !hitsAnEnd(screen)) expect(screen.tops().get(key)).toBeCloseTo(expected, 5)
        }
        screen.straighten()
      }
    }),
    { numRuns: 300 },
  )
})

test('the screen is always full, and only what is near it is drawn', () => {
  const screen = createScreen(800, heightOf)
  screen.show(range(0, 1_000))
  for (let step = 0; step < 200; step++) {
    screen.scrollBy(-700)
    const shown = screen.onScreen()
    const [last = '', lastTop = 0] = shown.at(-1) ?? []
    expect(shown[0]?.[1]).toBeLessThanOrEqual(0)
    expect(lastTop + heightOf(last)).toBeGreaterThanOrEqual(800)
    expect(screen.drawn().length).toBeLessThan(100)
  }
})

test('more is drawn several items at a time, not with each step that one scrolls', () => {
  const screen = createScreen(800, heightOf)
  screen.show(range(0, 1_000))
  screen.scrollBy(-2_000)
  const before = screen.draws()
  for (let step = 0; step < 100; step++) screen.scrollBy(-16)
  expect(screen.draws() - before).toBeLessThan(12)
  expect(screen.onScreen()[0]?.[1]).toBeLessThanOrEqual(0)
})

test('at the end one stays at the end, and at the very beginning nothing is above', () => {
  const screen = createScreen(500, heightOf)
  screen.show(range(0, 50))
  screen.show(range(0, 55))
  expect(screen.onScreen().at(-1)?.[0]).toBe('m54')
  for (let step = 0; step < 60; step++) screen.scrollBy(-400)
  expect(screen.onScreen()[0]).toEqual(['m0', 0])
  expect(screen.scrollTop()).toBe(0)
})

test('one can be led to any item', () => {
  const screen = createScreen(500, heightOf)
  screen.show(range(0, 500))
  screen.show(range(0, 500), { kind: 'item', key: 'm250', top: 100 })
  expect(screen.tops().get('m250')).toBeCloseTo(100, 5)
  screen.show(range(0, 500), { kind: 'item', key: 'm499', top: 100 })
  expect(screen.onScreen().at(-1)?.[0]).toBe('m499')
})

test('seen is what is wholly on the screen, or fills it', () => {
  const screen = createScreen(500, (key) => (key === 'm5' ? 2_000 : 100))
  const keys = range(0, 10)
  const namesOf = ({ first, last }: { first: number; last: number }) => [keys[first], keys[last]]
  screen.show(keys, { kind: 'item', key: 'm0', top: 0 })
  expect(namesOf(screen.seen())).toEqual(['m0', 'm4'])
  screen.scrollBy(50)
  expect(namesOf(screen.seen())).toEqual(['m1', 'm4'])
  screen.scrollBy(1_000)
  expect(namesOf(screen.seen())).toEqual(['m5', 'm5'])
})
