import sharp from 'sharp'
import { expect, test } from 'vitest'
import {
  drawPhoto,
  type Drawing,
  type DrawnCanvas,
  type PreparedPhoto,
  type Redrawing,
} from '../../../../client/ui/media/draw-photo.ts'
import { readPreview } from '../../../../client/ui/media/read-preview.ts'
import type { Size } from '../../../../client/ui/media/photo-plan.ts'
import { toBlob, toJpeg, toMoving, toPng } from './picture-files.ts'

interface Picture extends Size {
  data: Uint8ClampedArray
}

/** Draws as a browser does, with one pixel for each, on arrays; what cannot be encoded is said by its type alone. */
function createDrawing({ types = ['image/jpeg', 'image/webp'], pixelsMax = Infinity } = {}) {
  const opened: { isClosed: boolean }[] = []
  /** Where and how large each picture was drawn, and how it was encoded. */
  const drawn: number[][] = []
  const encoded: { type: string; quality: number }[] = []
  const drawing: Drawing = {
    async decode(file) {
      const { data, info } = await sharp(await file.arrayBuffer())
        .ensureAlpha()
        .raw()
        .toBuffer({ resolveWithObject: true })
      const bitmap = { isClosed: false }
      opened.push(bitmap)
      const picture = { width: info.width, height: info.height, data: new Uint8ClampedArray(data) }
      return { ...picture, close: () => (bitmap.isClosed = true) }
    },
    createCanvas({ width, height }) {
      if (width * height > pixelsMax) return undefined
      const picture: Picture = { width, height, data: new Uint8ClampedArray(width * height * 4) }
      const context = {
        imageSmoothingQuality: 'low' as ImageSmoothingQuality,
        drawImage(image: Picture, ...place: number[]) {
          drawn.push(place)
          draw(image, picture)
        },
        getImageData: () => ({ data: picture.data }),
      } as unknown as DrawnCanvas['context']
      const image = picture as unknown as CanvasImageSource
      const encode = async (type: string, quality: number) => {
        encoded.push({ type, quality })
        return new Blob(['x'], { type: types.includes(type) ? type : 'image/png' })
      }
      return { image, context, encode }
    },
  }
  return { drawing, opened, drawn, encoded }
}

function draw(from: Picture, to: Picture): void {
  for (let y = 0; y < to.height; y++) {
    for (let x = 0; x < to.width; x++) {
      const [fromX, fromY] = [Math.floor((x / to.width) * from.width), Math.floor((y / to.height) * from.height)]
      const at = (fromY * from.width + fromX) * 4
      to.data.set(from.data.subarray(at, at + 4), (y * to.width + x) * 4)
    }
  }
}

interface Wish {
  isOriginal?: boolean
  redrawing?: Redrawing
  types?: string[]
  pixelsMax?: number
}

async function prepare(bytes: Uint8Array, name: string, { isOriginal = false, redrawing, ...abilities }: Wish = {}) {
  const { drawing, opened, ...done } = createDrawing(abilities)
  const file = toBlob(bytes, 'image/whatever')
  const answer = await drawPhoto({ file, name, isOriginal, ...(redrawing && { redrawing }) }, drawing)
  // Whatever comes of it, nothing stays open.
  expect(opened.every(({ isClosed }) => isClosed)).toBe(true)
  return { answer, file, opened: opened.length, ...done }
}

test('a photo is drawn anew and small, with a preview', async () => {
  const { answer } = await prepare(await toJpeg({ width: 4_096, height: 1_024 }), 'board.jpeg')
  expect(answer).toMatchObject({ type: 'image/jpeg', name: 'board.jpeg', width: 2_048, height: 512, animated: false })
  expect(readPreview((answer as PreparedPhoto).preview)?.colour).toMatch(/^rgb\(/)
})

test('what can be seen through stays so; what only could be becomes a JPEG', async () => {
  const seeThrough = await prepare(await toPng({ width: 20, height: 20, alpha: 0.5 }), 'logo.png')
  expect(seeThrough.answer).toMatchObject({ type: 'image/webp', name: 'logo.webp' })
  const opaque = await prepare(await toPng({ width: 20, height: 20, alpha: 1 }), 'shot.png')
  expect(opaque.answer).toMatchObject({ type: 'image/jpeg', name: 'shot.jpg' })
  const elsewhere = await prepare(await toPng({ width: 20, height: 20, alpha: 0.5 }), 'a.png', {
    types: ['image/jpeg'],
  })
  expect(elsewhere.answer).toMatchObject({ type: 'image/png', name: 'a.png' })
})

test('an original and what moves are the very bytes, with their size and preview', async () => {
  const original = await prepare(await toJpeg({ width: 3_000, height: 10 }), 'a.jpg', { isOriginal: true })
  expect(original.answer).toMatchObject({ type: 'image/jpeg', width: 3_000, height: 10, animated: false })
  expect((original.answer as PreparedPhoto).blob).toBe(original.file)
  const moving = await prepare(await toMoving('gif', 3), 'a.gif')
  expect(moving.answer).toMatchObject({ type: 'image/gif', width: 8, height: 8, animated: true })
  expect((moving.answer as PreparedPhoto).blob).toBe(moving.file)
})

test('what is no picture, or none that this browser opens, is said', async () => {
  expect(await prepare(Buffer.from('MZ a program'), 'photo.jpg')).toMatchObject({ answer: 'not-a-photo', opened: 0 })
  const cutOff = (await toPng({ width: 9, height: 9 })).subarray(0, 40)
  expect(await prepare(cutOff, 'a.png')).toMatchObject({ answer: 'not-a-photo', opened: 0 })
})

test('a bomb is not opened, and one that lies about its size is closed at once', async () => {
  const png = await toPng({ width: 20, height: 20 })
  png.writeUInt32BE(60_000, 16)
  png.writeUInt32BE(60_000, 20)
  expect(await prepare(png, 'bomb.png')).toMatchObject({ answer: 'too-large', opened: 0 })
  const { drawing } = createDrawing()
  let isClosed = false
  const huge = { width: 60_000, height: 60_000, close: () => (isClosed = true) } as unknown as ImageBitmap
  const file = toBlob(await toPng({ width: 20, height: 20 }))
  const lying = { ...drawing, decode: async () => huge }
  expect(await drawPhoto({ file, name: 'a.png', isOriginal: false }, lying)).toBe('too-large')
  expect(isClosed).toBe(true)
})

test('what this device has no room to draw is too large for it', async () => {
  const { answer } = await prepare(await toPng({ width: 300, height: 300 }), 'a.png', { pixelsMax: 1_000 })
  expect(answer).toBe('too-large')
})

test('a file that is gone is said to be', async () => {
  const gone = { slice: () => ({ arrayBuffer: () => Promise.reject(new DOMException('gone', 'NotFoundError')) }) }
  const file = gone as unknown as Blob
  expect(await drawPhoto({ file, name: 'a.png', isOriginal: false }, createDrawing().drawing)).toBe('unreadable')
})

test('a photo that must not be known again is drawn anew whatever it is, each time in another way', async () => {
  const redrawing = { sideMax: 100, quality: 0.8, over: [0.5, 1, 1.5, 0.25] } as const
  const large = await prepare(await toJpeg({ width: 200, height: 100 }), 'a.jpeg', { redrawing })
  expect(large.answer).toMatchObject({ type: 'image/jpeg', width: 100, height: 50 })
  expect(large.drawn[0]).toEqual([-0.5, -1, 102, 51.25])
  expect(large.encoded).toEqual([{ type: 'image/jpeg', quality: 0.8 }])
  // One that is small enough already, and one that moves.
  const small = await prepare(await toJpeg({ width: 20, height: 10 }), 'a.jpeg', { redrawing, isOriginal: true })
  expect(small.answer).toMatchObject({ width: 20, height: 10 })
  expect(small.drawn[0]).toEqual([-0.5, -1, 22, 11.25])
  const moving = await prepare(await toMoving('gif', 2), 'a.gif', { redrawing })
  expect(moving.answer).toMatchObject({ animated: false })
  expect(moving.encoded).toHaveLength(1)
})
