import fc from 'fast-check'
import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { checkPictureFile, PICTURE_FILE_MAX, readSize } from '../../../client/ui/picture-file.ts'

const root = join(import.meta.dirname, '../../..')
const open = (path: string) => new Uint8Array(readFileSync(join(root, path)))
const sizeOf = (bytes: Uint8Array) => readSize(new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength))
const bytesOf = (...parts: (string | readonly number[])[]) =>
  new Uint8Array(
    parts.flatMap((part) => (typeof part === 'string' ? Array.from(part, (sign) => sign.charCodeAt(0)) : part)),
  )

test('the size of a PNG, a JPEG and the three kinds of WebP is found in their head', () => {
  expect(sizeOf(open('client/public/icons/192.png'))).toEqual({ width: 192, height: 192 })
  const [picture = ''] = readdirSync(join(root, 'server/ops/demo/pictures'))
  expect(sizeOf(open(`server/ops/demo/pictures/${picture}`))).toEqual({ width: 256, height: 256 })
  const riff = ['RIFF', [0, 0, 0, 0], 'WEBP'] as const
  const extended = bytesOf(...riff, 'VP8X', [0, 0, 0, 0, 0, 0, 0, 0], [0x8f, 0x01, 0], [0x2b, 0x01, 0])
  expect(sizeOf(extended)).toEqual({ width: 400, height: 300 })
  const lossy = bytesOf(...riff, 'VP8 ', [0, 0, 0, 0, 0, 0, 0, 0x9d, 0x01, 0x2a], [0x90, 0x01], [0x2c, 0x01])
  expect(sizeOf(lossy)).toEqual({ width: 400, height: 300 })
  const bits = (400 - 1) | ((300 - 1) << 14)
  const lossless = bytesOf(
    ...riff,
    'VP8L',
    [0, 0, 0, 0, 0x2f],
    [bits & 255, (bits >> 8) & 255, (bits >> 16) & 255, bits >>> 24],
  )
  expect(sizeOf(lossless)).toEqual({ width: 400, height: 300 })
})

test.each([
  ['an SVG', new Blob(['<svg xmlns="http://www.w3.org/2000/svg" onload="alert(1)"/>'])],
  ['a page', new Blob(['<!doctype html><script>alert(1)</script>'])],
  ['a GIF', new Blob(['GIF89a\x10\x00\x10\x00'])],
  ['nothing', new Blob([])],
  ['a PNG that ends in its head', new Blob([new Uint8Array([0x89, 0x50, 0x4e, 0x47, 0x0d])])],
])('%s is refused in words', async (_, file) => {
  expect(await checkPictureFile(file)).toMatch(/not a picture that can be used/)
})

test('a file of 50 MB is refused by its size, without being read', async () => {
  const file = { size: 50 * 1024 * 1024, slice: () => expect.unreachable() } as unknown as Blob
  expect(await checkPictureFile(file)).toBe(
    `This file has 50 MB. Choose one of at most ${PICTURE_FILE_MAX / 1024 / 1024} MB.`,
  )
})

test('a picture of 60,000 times 60,000 pixels in a small file is refused unopened', async () => {
  const png = open('client/public/icons/192.png')
  new DataView(png.buffer).setUint32(16, 60_000)
  new DataView(png.buffer).setUint32(20, 60_000)
  expect(await checkPictureFile(new Blob([png]))).toMatch(/too many pixels/)
})

test('no bytes whatever make it throw or run on', () => {
  fc.assert(
    fc.property(
      fc.uint8Array({ maxLength: 400 }),
      fc.constantFrom([], [0xff, 0xd8], [0x89, 0x50, 0x4e, 0x47]),
      (bytes, head) => {
        sizeOf(new Uint8Array([...head, ...bytes]))
      },
    ),
  )
})
