import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import sharp from 'sharp'
import { thumbHashToApproximateAspectRatio } from 'thumbhash'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { makePhoto, type MadePhoto, prepareSharp } from '../../../server/files/photo.ts'
import { BARE_SVG, ELF, EXE, HTML, mp4, PDF, SVG, ZIP } from './example-media.ts'
import { bombPng, bombProfilePng, endlessGif, photoWithPlace, plainPhoto } from './example-photos.ts'

let folder: string
let made = 0
beforeAll(() => {
  prepareSharp()
  folder = mkdtempSync(join(tmpdir(), 'chatbox-photo-'))
})
afterAll(() => rmSync(folder, { recursive: true }))

async function make(bytes: Buffer) {
  const into = join(folder, String((made += 1)))
  mkdirSync(into)
  const path = join(folder, 'sent.jpg')
  writeFileSync(path, bytes)
  return { ...(await makePhoto(path, into)), into }
}

async function draw(bytes: Buffer): Promise<MadePhoto> {
  const photo = await make(bytes)
  if ('code' in photo) throw new Error(`refused with ${photo.code}`)
  return photo
}

async function colorAt(path: string, left: number, top: number): Promise<number[]> {
  const pixel = sharp(path).extract({ left, top, width: 1, height: 1 }).raw()
  return [...(await pixel.toBuffer())]
}

test('a photo is upright, and holds nothing of who took it, where, and with what', async () => {
  const { whole, small, type, width, height } = await draw(await photoWithPlace())
  expect([type, width, height]).toEqual(['image/jpeg', 120, 240])
  const [red = 0, green = 0, blue = 0] = await colorAt(whole, 100, 10)
  expect(red > 200 && green < 60 && blue < 60).toBe(true)
  for (const path of [whole, small]) {
    const { exif, icc, iptc, xmp, orientation } = await sharp(path).metadata()
    expect([exif, icc, iptc, xmp, orientation]).toEqual([undefined, undefined, undefined, undefined, undefined])
    expect(readFileSync(path).toString('latin1')).not.toMatch(/Exif|Camera|secret|home|http/)
  }
})

test('colours of another profile are those that were seen', async () => {
  const wide = await sharp({ create: { width: 20, height: 20, channels: 3, background: '#00ff00' } })
    .withIccProfile('p3')
    .jpeg({ quality: 100 })
    .toBuffer()
  const { whole } = await draw(wide)
  expect((await sharp(whole).metadata()).icc).toBeUndefined()
  const [, green = 0] = await colorAt(whole, 10, 10)
  expect(green).toBeGreaterThan(230)
})

test('what is transparent stays so', async () => {
  const bytes = await sharp({ create: { width: 40, height: 20, channels: 4, background: '#ff000080' } })
    .png()
    .toBuffer()
  const { whole, small, type, preview } = await draw(bytes)
  expect(type).toBe('image/webp')
  for (const path of [whole, small]) expect((await sharp(path).metadata()).hasAlpha).toBe(true)
  expect(thumbHashToApproximateAspectRatio(Buffer.from(preview, 'base64'))).toBeGreaterThan(1.5)
})

test('an animation plays on, and its small one stands still', async () => {
  const frames = await Promise.all(
    ['#ff0000', '#00ff00', '#0000ff'].map((color) => plainPhoto(30, 20, color).png().toBuffer()),
  )
  const bytes = await sharp(frames, { join: { animated: true } })
    .gif({ delay: [100, 200, 300], loop: 2 })
    .toBuffer()
  const { whole, small, type, width, height } = await draw(bytes)
  expect([type, width, height]).toEqual(['image/webp', 30, 20])
  expect(await sharp(whole, { animated: true }).metadata()).toMatchObject({
    ...{ pages: 3, delay: [100, 200, 300], loop: 2, width: 30, pageHeight: 20 },
  })
  expect((await sharp(small).metadata()).pages ?? 1).toBe(1)
})

const formats = ['jpeg', 'png', 'webp', 'gif', 'avif'] as const
test.each(formats)('a photo in %s is taken, and its small one is no larger than a list needs', async (format) => {
  const { whole, small, width, height, preview } = await draw(await plainPhoto(900, 1_200)[format]().toBuffer())
  expect([width, height]).toEqual([900, 1_200])
  const [wholeFormat, smallData] = [(await sharp(whole).metadata()).format, await sharp(small).metadata()]
  expect(wholeFormat).toBe(format === 'jpeg' ? 'jpeg' : 'webp')
  expect([smallData.format, smallData.width, smallData.height]).toEqual(['webp', 480, 640])
  expect(Buffer.from(preview, 'base64').length).toBeLessThanOrEqual(30)
})

test('a photo smaller than a small one stays as it is', async () => {
  const { small } = await draw(await plainPhoto(10, 7).jpeg().toBuffer())
  const { width, height } = await sharp(small).metadata()
  expect([width, height]).toEqual([10, 7])
})

test('what somebody hung onto a photo is gone', async () => {
  const photo = await plainPhoto(50, 50).jpeg().toBuffer()
  const { whole } = await draw(Buffer.concat([photo, ZIP, HTML]))
  expect(readFileSync(whole).toString('latin1')).not.toMatch(/PK|script/)
})

const noPhotos: [what: string, bytes: () => Promise<Buffer>][] = [
  ['a program for Linux', async () => ELF],
  ['a program for Windows', async () => EXE],
  ['a drawing with a script', async () => SVG],
  ['a drawing without a declaration', async () => BARE_SVG],
  ['a page', async () => HTML],
  ['a PDF', async () => PDF],
  ['a film', async () => mp4('vide')],
  ['an archive that ends in a photo', async () => Buffer.concat([ZIP, await plainPhoto(9, 9).jpeg().toBuffer()])],
  ['a picture that nobody’s browser shows', () => plainPhoto(9, 9).tiff().toBuffer()],
  ['the beginning of a photo', async () => (await plainPhoto(900, 900).jpeg().toBuffer()).subarray(0, 3_000)],
  ['the first bytes of a photo', async () => Buffer.from([0xff, 0xd8, 0xff, 0xe0])],
  ['a photo with noise in its middle', async () => spoil(await plainPhoto(300, 300).png().toBuffer())],
  ['nothing', async () => Buffer.alloc(0)],
]
test.each(noPhotos)('%s is no photo, and nothing is left of it', async (_, makeBytes) => {
  const { into, ...outcome } = await make(await makeBytes())
  expect(outcome).toMatchObject({ code: 'not_a_photo' })
  expect(readdirSync(into).filter((name) => name === 'small')).toEqual([])
})

const tooLarge: [what: string, bytes: () => Promise<Buffer>][] = [
  ['a bomb of 900 megapixels', async () => bombPng(30_000, 30_000)],
  ['a bomb of one line', async () => bombPng(900_000, 1)],
  ['a photo of 100 megapixels', () => plainPhoto(10_000, 10_000).jpeg({ quality: 10 }).toBuffer()],
  ['a photo wider than WebP can be', () => plainPhoto(17_000, 10).png().toBuffer()],
  ['an animation of 201 frames', async () => endlessGif(201)],
  ['an animation of a million frames', async () => endlessGif(1_000_000)],
  ['an animation whose frames are too many pixels together', async () => endlessGif(200, 1_000, 1_000)],
]
test.each(tooLarge)('%s is too large for a photo, and is not decoded', async (_, makeBytes) => {
  const bytes = await makeBytes()
  const before = process.memoryUsage.rss()
  const outcome = await make(bytes)
  expect(outcome).toMatchObject({ code: 'photo_too_large' })
  expect(process.memoryUsage.rss() - before).toBeLessThan(300e6)
  expect(readdirSync(outcome.into)).toEqual([])
})

test('a profile that would fill the memory does not', async () => {
  const before = process.memoryUsage.rss()
  await make(bombProfilePng(300e6))
  expect(process.memoryUsage.rss() - before).toBeLessThan(400e6)
})

function spoil(bytes: Buffer): Buffer {
  const spoiled = Buffer.from(bytes)
  spoiled.fill(0xa5, bytes.length / 2, bytes.length / 2 + 40)
  return spoiled
}
