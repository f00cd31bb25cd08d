import { randomBytes } from 'node:crypto'
import sharp from 'sharp'
import { expect, test, vi } from 'vitest'
import { createPictureDrawer } from '../../../server/files/draw-picture.ts'
import { PICTURE_BYTES_MAX, PICTURE_SIDE_MAX } from '../../../shared/protocol/limits.ts'
import { BARE_SVG, HTML, SVG, ZIP } from './example-media.ts'
import { bombPng, plainPhoto } from './example-photos.ts'
import { BASELINE, GREY, PROGRESSIVE, TAKEN_AT_HOME, withSegment, withSize } from './example-pictures.ts'

const drawer = createPictureDrawer()
const draw = (bytes: Uint8Array) => drawer(bytes, 'ann')

const pictures: [string, Uint8Array][] = [
  ['baseline', BASELINE],
  ['progressive', PROGRESSIVE],
  ['grey', GREY],
  ['taken at home', TAKEN_AT_HOME],
  ['with a page behind it', Buffer.concat([BASELINE, HTML])],
  ['with an archive behind it', Buffer.concat([BASELINE, ZIP])],
  ['with a comment', withSegment(BASELINE, 0xfe, 'at home')],
]
test.each(pictures)('a picture that is %s is drawn, and holds nothing else', async (_, bytes) => {
  const drawn = await draw(bytes)
  const { format, width, height, exif, icc, xmp } = await sharp(drawn).metadata()
  expect([format, width, height]).toEqual(['jpeg', 24, 16])
  expect([exif, icc, xmp]).toEqual([undefined, undefined, undefined])
  expect(Buffer.from(drawn ?? []).toString('latin1')).not.toMatch(/SpyCam|Exif|home|script|PK/)
})

test('a picture that lies on its side is drawn upright', async () => {
  const bytes = await plainPhoto(40, 20).jpeg().withMetadata({ orientation: 6 }).toBuffer()
  const { width, height, orientation } = await sharp(await draw(bytes)).metadata()
  expect([width, height, orientation]).toEqual([20, 40, undefined])
})

test('a picture that was squeezed to fit fits when it is drawn', async () => {
  const noise = { type: 'gaussian', mean: 128, sigma: 80 } as const
  const make = (quality: number) =>
    plainPhoto(PICTURE_SIDE_MAX, PICTURE_SIDE_MAX, '#000', noise).jpeg({ quality }).toBuffer()
  let quality = 60
  let bytes = await make(quality)
  while (bytes.length > PICTURE_BYTES_MAX) bytes = await make((quality -= 3))
  const drawn = await draw(bytes)
  expect(drawn?.length).toBeLessThanOrEqual(PICTURE_BYTES_MAX)
})

const none: [what: string, bytes: () => Promise<Uint8Array> | Uint8Array][] = [
  ['nothing', () => Buffer.alloc(0)],
  ['noise', () => randomBytes(1_000)],
  ['a page', () => HTML],
  ['a drawing with a script', () => SVG],
  ['a drawing without a declaration', () => BARE_SVG],
  ['an archive', () => ZIP],
  ['half a picture', () => BASELINE.slice(0, 200)],
  ['a picture in another format', () => plainPhoto(20, 20).png().toBuffer()],
  ['a bomb', () => bombPng(30_000, 30_000)],
  [
    'one that is too wide',
    () =>
      plainPhoto(PICTURE_SIDE_MAX + 1, 9)
        .jpeg()
        .toBuffer(),
  ],
  ['one that says that it is 65,535 pixels wide', () => withSize(BASELINE, 65_535, 65_535)],
  ['one of no pixels', () => withSize(BASELINE, 0, 0)],
  ['more bytes than there may be', () => withSegment(BASELINE, 0xfe, 'x'.repeat(PICTURE_BYTES_MAX))],
]
test.each(none)('%s is no picture', async (_, make) => {
  expect(await draw(await make())).toBeUndefined()
})

test('whatever the bytes are, it does not throw', async () => {
  for (let round = 0; round < 200; round += 1) {
    const bytes = Buffer.from(PROGRESSIVE)
    const [at = 0, value = 0] = randomBytes(2)
    bytes[Math.floor((at / 256) * bytes.length)] = value
    const drawn = await draw(bytes)
    if (drawn !== undefined) expect((await sharp(drawn).metadata()).format).toBe('jpeg')
  }
})

test('a picture is not refused for what this machine has not, and the next one is drawn', async () => {
  const failing = vi
    .spyOn(sharp.prototype, 'toBuffer')
    .mockRejectedValueOnce(new Error('vips: system error: out of memory'))
  await expect(draw(BASELINE)).rejects.toThrow('system error')
  failing.mockRestore()
  expect(await draw(BASELINE)).toBeDefined()
})
