import fc from 'fast-check'
import { expect, test } from 'vitest'
import { fitSize, planPhoto, shrinkSteps } from '../../../../client/ui/media/photo-plan.ts'
import { toPhotoName } from '../../../../client/ui/media/photo-name.ts'
import { PHOTO_FRAMES_MAX, PHOTO_SIDE_MAX } from '../../../../shared/protocol/limits.ts'

const jpeg = { format: 'jpeg', width: 4_000, height: 3_000 } as const
const heic = { format: 'heif', width: 8_064, height: 6_048 } as const
const gif = { format: 'gif', width: 100, height: 100 } as const

test.each([
  ['a photo is drawn anew', jpeg, 1, false, { do: 'draw', sideMax: PHOTO_SIDE_MAX }],
  ['a small one too, for what else it holds', { ...jpeg, width: 9 }, 1, false, { do: 'draw', sideMax: PHOTO_SIDE_MAX }],
  ['the original is kept where it is wanted', jpeg, 1, true, { do: 'keep', type: 'image/jpeg' }],
  ['what the server cannot read is drawn, but larger', heic, 1, true, { do: 'draw', sideMax: 4_096 }],
  [
    'a very long one is drawn',
    { ...jpeg, width: 20_000, height: 9 },
    1,
    false,
    { do: 'draw', sideMax: PHOTO_SIDE_MAX },
  ],
  ['but is too long to be kept', { ...jpeg, width: 20_000, height: 9 }, 1, true, 'too-large'],
  ['what moves is kept', gif, 2, false, { do: 'keep', type: 'image/gif' }],
  ['what stands still in a GIF is drawn', gif, 1, false, { do: 'draw', sideMax: PHOTO_SIDE_MAX }],
  ['100 megapixels are too large', { ...jpeg, width: 12_000, height: 8_400 }, 1, false, 'too-large'],
  ['as an original they are, too', { ...jpeg, width: 12_000, height: 8_400 }, 1, true, 'too-large'],
  ['all frames of an animation count', { ...gif, width: 1_000, height: 1_000 }, 51, false, 'too-large'],
  ['an endless animation is too large', gif, PHOTO_FRAMES_MAX + 1, false, 'too-large'],
] as const)('%s', (_, head, frames, isOriginal, plan) => {
  expect(planPhoto(head, frames, isOriginal)).toEqual(plan)
})

const side = fc.integer({ min: 1, max: 20_000 })

test('whatever its shape, a picture fits, keeps its shape as far as pixels can, and is never enlarged', () => {
  fc.assert(
    fc.property(side, side, fc.integer({ min: 1, max: 5_000 }), (width, height, max) => {
      const size = fitSize({ width, height }, max)
      expect(Math.max(size.width, size.height)).toBeLessThanOrEqual(max)
      expect(Math.min(size.width, size.height)).toBeGreaterThanOrEqual(1)
      expect(size.width).toBeLessThanOrEqual(width)
      expect(size.height).toBeLessThanOrEqual(height)
      const factor = Math.min(1, max / Math.max(width, height))
      expect(Math.abs(size.width - width * factor)).toBeLessThanOrEqual(1)
      expect(Math.abs(size.height - height * factor)).toBeLessThanOrEqual(1)
    }),
  )
})

test('no step of shrinking leaves out more than half of a side, and the last is the wanted size', () => {
  fc.assert(
    fc.property(side, side, fc.integer({ min: 1, max: 5_000 }), (width, height, max) => {
      const to = fitSize({ width, height }, max)
      const steps = shrinkSteps({ width, height }, to)
      expect(steps.at(-1)).toEqual(to)
      let before = { width, height }
      for (const step of steps) {
        expect(step.width * 2).toBeGreaterThanOrEqual(before.width)
        expect(step.height * 2).toBeGreaterThanOrEqual(before.height)
        before = step
      }
    }),
  )
})

test('a photo of another type than its name has the ending of what it is', () => {
  expect(toPhotoName('IMG_1.HEIC', 'image/jpeg')).toBe('IMG_1.jpg')
  expect(toPhotoName('IMG_1.JPEG', 'image/jpeg')).toBe('IMG_1.JPEG')
  expect(toPhotoName('Screenshot 10.42.png', 'image/webp')).toBe('Screenshot 10.42.webp')
  expect(toPhotoName('board', 'image/jpeg')).toBe('board.jpg')
  expect(toPhotoName('.gif', 'image/jpeg')).toBe('photo.jpg')
  expect(toPhotoName('a.gif', 'image/gif')).toBe('a.gif')
})
