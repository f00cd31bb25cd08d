import fc from 'fast-check'
import { expect, test } from 'vitest'
import { fitCrop, keepInside, moved, withZoom, zoomOf, ZOOM_MAX } from '../../../client/ui/crop.ts'

const size = fc.record({ width: fc.integer({ min: 1, max: 9_000 }), height: fc.integer({ min: 1, max: 9_000 }) })
const number = fc.double({ min: -20_000, max: 20_000, noNaN: true })

test('a crop begins as the largest square in the middle', () => {
  expect(fitCrop({ width: 400, height: 300 })).toEqual({ x: 200, y: 150, side: 300 })
})

test('whatever is done to a crop, it stays within the picture and is never closer than it may be', () => {
  fc.assert(
    fc.property(size, number, number, number, (picture, right, down, zoom) => {
      const crop = withZoom(picture, moved(picture, fitCrop(picture), right, down), Math.max(0.01, Math.abs(zoom)))
      const { x, y, side } = keepInside(picture, crop)
      expect(x - side / 2).toBeGreaterThanOrEqual(-0.001)
      expect(y - side / 2).toBeGreaterThanOrEqual(-0.001)
      expect(x + side / 2).toBeLessThanOrEqual(picture.width + 0.001)
      expect(y + side / 2).toBeLessThanOrEqual(picture.height + 0.001)
      expect(zoomOf(picture, crop)).toBeGreaterThanOrEqual(0.999)
      expect(zoomOf(picture, crop)).toBeLessThanOrEqual(ZOOM_MAX + 0.001)
    }),
  )
})

test('moving by half its side moves the crop by half its side', () => {
  const picture = { width: 1_000, height: 1_000 }
  const crop = withZoom(picture, fitCrop(picture), 4)
  expect(moved(picture, crop, 0.5, -1)).toEqual({ x: 625, y: 250, side: 250 })
})
