import { createHash } from 'node:crypto'
import sharp from 'sharp'
import { beforeAll, expect, test } from 'vitest'
import { drawQuestionPhoto, type DrawnQuestionPhoto } from '../../../server/files/draw-question-photo.ts'
import { prepareSharp } from '../../../server/files/photo.ts'
import { plainPhoto } from './example-photos.ts'

beforeAll(prepareSharp)

const NOISE = { type: 'gaussian', mean: 128, sigma: 20 } as const

async function draw(bytes: Buffer): Promise<DrawnQuestionPhoto> {
  const drawn = await drawQuestionPhoto(bytes)
  if (typeof drawn === 'string') throw new Error(drawn)
  return drawn
}

const kinds: [string, () => Promise<Buffer>][] = [
  ['a photo', () => plainPhoto(300, 200, '#888', NOISE).jpeg().toBuffer()],
  ['one that is made smaller', () => plainPhoto(2_000, 1_000, '#888', NOISE).jpeg().toBuffer()],
  ['one that sees through', () => plainPhoto(300, 200, '#888', NOISE).ensureAlpha(0.5).webp().toBuffer()],
]
test.each(kinds)('%s sent again is drawn with other bytes, and as the same picture', async (_, take) => {
  const bytes = await take()
  const drawn = [await draw(bytes), await draw(bytes), await draw(bytes), await draw(bytes)]
  const hashes = drawn.flatMap(({ whole, small }) =>
    [whole.content, small].map((content) => createHash('sha256').update(content).digest('hex')),
  )
  expect(new Set(hashes).size).toBeGreaterThan(hashes.length - 3)
  const { width, height } = await sharp(bytes).metadata()
  for (const one of drawn) {
    expect(Math.max(one.width, one.height)).toBeLessThanOrEqual(1_600)
    expect(one.width / one.height).toBeCloseTo(width / height, 1)
  }
})

test('a picture of a few pixels loses none of them', async () => {
  const drawn = await draw(await plainPhoto(12, 9).png().toBuffer())
  expect([drawn.width, drawn.height]).toEqual([12, 9])
})
