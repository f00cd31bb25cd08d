import fc from 'fast-check'
import sharp from 'sharp'
import { expect, test } from 'vitest'
import { readPreview } from '../../../../client/ui/media/read-preview.ts'
import { toPreview } from '../../../../client/ui/media/to-preview.ts'

function fill(width: number, height: number, colour: readonly number[]): Uint8ClampedArray {
  return Uint8ClampedArray.from({ length: width * height * 4 }, (_, at) => colour[at % 4] ?? 0)
}

test('a preview has the shape of its picture and the colour of what is on it', async () => {
  const preview = readPreview(toPreview({ width: 96, height: 48 }, fill(96, 48, [200, 40, 40, 255])))
  const [red = 0, green = 0] = preview?.colour.match(/\d+/g)?.map(Number) ?? []
  expect(red).toBeGreaterThan(150)
  expect(green).toBeLessThan(90)
  const png = Buffer.from(preview?.url.split(',')[1] ?? '', 'base64')
  const { width, height } = await sharp(png).metadata()
  expect(width).toBe(32)
  expect(width / height).toBeGreaterThan(1.5)
})

test('it takes some 28 bytes of a message', () => {
  for (const [width, height] of [
    [96, 96],
    [96, 1],
    [1, 96],
  ] as const) {
    for (const alpha of [255, 90]) {
      const preview = toPreview({ width, height }, fill(width, height, [9, 99, 199, alpha]))
      expect(preview.length).toBeLessThanOrEqual(36)
      expect(readPreview(preview)).not.toBeNull()
    }
  }
})

test.each(['', 'AAAA', 'not base64!', '????', 'A'.repeat(5_000)])('%j is no preview', (text) => {
  expect(readPreview(text)).toBeNull()
})

test('whatever somebody sends as one is drawn or is none', () => {
  fc.assert(
    fc.property(fc.uint8Array({ minLength: 0, maxLength: 40 }), (bytes) => {
      const preview = readPreview(Buffer.from(bytes).toString('base64'))
      if (preview !== null) expect(preview.colour).toMatch(/^rgb\(\d{1,3} \d{1,3} \d{1,3}\)$/)
    }),
  )
})

test('what was drawn once is not drawn again', () => {
  const text = toPreview({ width: 8, height: 8 }, fill(8, 8, [1, 2, 3, 255]))
  expect(readPreview(text)).toBe(readPreview(text))
})
