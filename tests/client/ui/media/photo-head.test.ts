import fc from 'fast-check'
import { expect, test } from 'vitest'
import { countFrames } from '../../../../client/ui/media/count-frames.ts'
import { readPhotoHead } from '../../../../client/ui/media/photo-head.ts'
import { toAvif, toBmp, toJpeg, toMoving, toMovingPng, toPng, toView, toWebp } from './picture-files.ts'

const size = { width: 40, height: 30 }

test('a picture of each format is known by its content, with the size that it becomes', async () => {
  expect(readPhotoHead(toView(await toJpeg(size)))).toEqual({ format: 'jpeg', ...size })
  expect(readPhotoHead(toView(await toPng(size)))).toEqual({ format: 'png', ...size })
  expect(readPhotoHead(toView(await toWebp(size)))).toEqual({ format: 'webp', ...size })
  expect(readPhotoHead(toView(await toAvif({ width: 64, height: 48 })))).toEqual({
    format: 'avif',
    width: 64,
    height: 48,
  })
  expect(readPhotoHead(toView(toBmp(size)))).toEqual({ format: 'bmp', ...size })
  expect(readPhotoHead(toView(await toMoving('gif', 2)))).toEqual({ format: 'gif', width: 8, height: 8 })
})

test.each([
  ['a program named .jpg', 'MZ\x90\0\x03\0\0\0\x04\0\0\0'],
  ['an SVG', '<svg xmlns="http://www.w3.org/2000/svg" width="9" height="9"/>'],
  ['a page', '<!doctype html><script>alert(1)</script>'],
  ['a PDF', '%PDF-1.7 and so on'],
  ['a video of the family of AVIF without a picture', '\0\0\0\x10ftypisom\0\0\0\0\0\0\0\x08free'],
  ['a GIF of no size', 'GIF89a\0\0\x10\0'],
  ['nothing', ''],
])('%s is no picture', (_, text) => {
  expect(readPhotoHead(toView(Buffer.from(text, 'latin1')))).toBeUndefined()
})

test('of the tiles and the whole of a HEIC the whole counts', () => {
  const ispe = (width: number, height: number) => {
    const box = Buffer.alloc(20)
    box.writeUInt32BE(20, 0)
    box.write('ispe', 4, 'latin1')
    box.writeUInt32BE(width, 12)
    box.writeUInt32BE(height, 16)
    return box
  }
  const boxes = Buffer.concat([ispe(512, 512), ispe(8_064, 6_048), ispe(320, 240)])
  const meta = Buffer.alloc(12)
  meta.writeUInt32BE(12 + boxes.length, 0)
  meta.write('meta', 4, 'latin1')
  const heic = Buffer.concat([Buffer.from('\0\0\0\x10ftypheic\0\0\0\0', 'latin1'), meta, boxes])
  expect(readPhotoHead(toView(heic))).toEqual({ format: 'heif', width: 8_064, height: 6_048 })
})

test('frames are counted in each format that moves', async () => {
  expect(countFrames('gif', toView(await toMoving('gif', 5)))).toBe(5)
  expect(countFrames('webp', toView(await toMoving('webp', 3)))).toBe(3)
  expect(countFrames('png', toView(await toMovingPng(7)))).toBe(7)
  expect(countFrames('webp', toView(await toWebp(size)))).toBe(1)
  expect(countFrames('png', toView(await toPng(size)))).toBe(1)
})

test('of an animation that is cut off what is there counts', async () => {
  const whole = await toMoving('gif', 5)
  expect(countFrames('gif', toView(whole.subarray(0, whole.length / 2)))).toBeLessThan(5)
  expect(countFrames('gif', toView(whole.subarray(0, 4)))).toBe(1)
})

test('no bytes whatever make either throw or run on', () => {
  const heads = [
    [],
    [0xff, 0xd8],
    [0x89, 0x50, 0x4e, 0x47],
    [0x47, 0x49, 0x46, 0x38],
    [0, 0, 0, 8, 0x66, 0x74, 0x79, 0x70],
  ]
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 400 }), fc.constantFrom(...heads), (bytes, head) => {
      const view = toView(new Uint8Array([...head, ...bytes]))
      const found = readPhotoHead(view)
      for (const format of ['gif', 'png', 'webp'] as const) expect(countFrames(format, view)).toBeGreaterThan(0)
      if (found !== undefined) expect(found.width * found.height).toBeGreaterThan(0)
    }),
  )
})
