import fc from 'fast-check'
import { expect, test } from 'vitest'
import { layOutAlbum, type Tile } from '../../../../client/ui/media/album-layout.ts'
import { FILES_PER_MESSAGE_MAX } from '../../../../shared/protocol/limits.ts'

const side = fc.integer({ min: 1, max: 30_000 })
const sizes = fc.array(fc.record({ width: side, height: side }), { minLength: 2, maxLength: FILES_PER_MESSAGE_MAX })

/** On a narrow phone a bubble has about so many pixels for it. */
const NARROW = 250

function overlap(a: Tile, b: Tile): number {
  const across = Math.min(a.start + a.width, b.start + b.width) - Math.max(a.start, b.start)
  const along = Math.min(a.top + a.height, b.top + b.height) - Math.max(a.top, b.top)
  return Math.max(0, across) * Math.max(0, along)
}

test('photos of whatever shape fill the whole without lying over each other, in their order', () => {
  fc.assert(
    fc.property(sizes, (photos) => {
      const { tiles } = layOutAlbum(photos)
      expect(tiles).toHaveLength(photos.length)
      expect(tiles.reduce((sum, { width, height }) => sum + width * height, 0)).toBeCloseTo(1)
      for (const [at, tile] of tiles.entries()) {
        for (const other of tiles.slice(at + 1)) {
          expect(overlap(tile, other)).toBeCloseTo(0)
          const isBefore =
            tile.top < other.top - 1e-9 || (Math.abs(tile.top - other.top) < 1e-9 && tile.start < other.start)
          expect(isBefore).toBe(true)
        }
      }
    }),
  )
})

test('each can be touched with a finger, and the whole is never much higher than wide', () => {
  fc.assert(
    fc.property(sizes, (photos) => {
      const { width, height, tiles } = layOutAlbum(photos)
      expect(height / width).toBeLessThanOrEqual(1.4)
      expect(height / width).toBeGreaterThan(0.25)
      const shrunk = (height / width) * NARROW
      for (const tile of tiles) {
        expect(tile.width * NARROW).toBeGreaterThanOrEqual(44)
        expect(tile.height * shrunk).toBeGreaterThanOrEqual(44)
      }
    }),
  )
})

test.each([
  ['a photo from a phone, across', 4_000, 3_000, 352, 264],
  ['and upright', 3_000, 4_000, 312, 416],
  ['a very long screenshot is cut', 1_080, 20_000, 249.6, 416],
  ['a panorama is cut at its ends', 10_000, 1_000, 352, 352 / 2.4],
  ['a small picture is not blown up to the whole width', 60, 60, 160, 160],
])('alone: %s', (_, width, height, drawnWidth, drawnHeight) => {
  const layout = layOutAlbum([{ width, height }])
  expect(layout.width).toBeCloseTo(drawnWidth)
  expect(layout.height).toBeCloseTo(drawnHeight)
  expect(layout.tiles).toEqual([{ start: 0, top: 0, width: 1, height: 1 }])
})

test('a photo whose size nobody knows has a place', () => {
  expect(layOutAlbum([{}])).toMatchObject({ width: 352, height: 264 })
  expect(layOutAlbum([{}, { width: 3, height: 4 }]).tiles).toHaveLength(2)
})

test('two upright photos stand beside each other, two wide ones below', () => {
  const upright = { width: 3, height: 4 }
  expect(layOutAlbum([upright, upright]).tiles.map(({ top }) => top)).toEqual([0, 0])
  const wide = { width: 16, height: 9 }
  expect(layOutAlbum([wide, wide]).tiles.map(({ start }) => start)).toEqual([0, 0])
})
