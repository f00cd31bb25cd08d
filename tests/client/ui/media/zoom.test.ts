import fc from 'fast-check'
import { expect, test } from 'vitest'
import { fitScreen, keepOnScreen, SCALE_MAX, turnZoom, WHOLE, zoomAt } from '../../../../client/ui/media/zoom.ts'

const screen = { width: 390, height: 800 }
const side = fc.integer({ min: 1, max: 6_000 })
const size = fc.record({ width: side, height: side })
const number = fc.double({ min: -3_000, max: 3_000, noNaN: true })

test('all of a picture is seen at first, and a small one is not blown up', () => {
  expect(fitScreen({ width: 4_000, height: 3_000 }, screen)).toEqual({ width: 390, height: 292.5 })
  expect(fitScreen({ width: 10, height: 20 }, screen)).toEqual({ width: 20, height: 40 })
})

test('whatever is done, no edge of a picture that is larger than the screen comes off the screen’s', () => {
  fc.assert(
    fc.property(size, number, number, fc.double({ min: 0.01, max: 50, noNaN: true }), (picture, x, y, scale) => {
      const whole = fitScreen(picture, screen)
      const view = keepOnScreen({ scale, x, y }, whole, screen)
      expect(view.scale).toBeGreaterThanOrEqual(1)
      expect(view.scale).toBeLessThanOrEqual(SCALE_MAX)
      for (const [length, room, at] of [
        [whole.width * view.scale, screen.width, view.x],
        [whole.height * view.scale, screen.height, view.y],
      ] as const) {
        if (length <= room) expect(Math.abs(at)).toBe(0)
        else expect(Math.abs(at) * 2).toBeLessThanOrEqual(length - room + 0.001)
      }
    }),
  )
})

test('what is under the fingers stays there while it is zoomed', () => {
  fc.assert(
    fc.property(fc.double({ min: 1, max: 2, noNaN: true }), number, number, (factor, x, y) => {
      const before = { scale: 2, x: 40, y: -70 }
      const after = zoomAt(before, factor, { x, y })
      expect((x - after.x) / after.scale).toBeCloseTo((x - before.x) / before.scale)
      expect((y - after.y) / after.scale).toBeCloseTo((y - before.y) / before.scale)
    }),
  )
})

test('a double tap leads close to what was tapped, and another one back', () => {
  const close = turnZoom(WHOLE, { x: 100, y: 0 })
  expect(close.scale).toBeGreaterThan(1)
  expect(close.x).toBeLessThan(0)
  expect(turnZoom(close, { x: 0, y: 0 })).toEqual(WHOLE)
})
