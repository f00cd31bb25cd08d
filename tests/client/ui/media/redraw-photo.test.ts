import { expect, test } from 'vitest'
import { redrawPhoto } from '../../../../client/ui/media/redraw-photo.ts'
import type { PhotoRefusal, PhotoRequest, PreparedPhoto } from '../../../../client/ui/media/draw-photo.ts'

const file = new Blob(['a photo'])

function drawsOf(bytes: readonly number[]) {
  const requests: PhotoRequest[] = []
  const prepare = async (request: PhotoRequest): Promise<PreparedPhoto | PhotoRefusal> => {
    const blob = new Blob([new Uint8Array(bytes[requests.length] ?? 0)])
    requests.push(request)
    return { blob, type: 'image/jpeg', name: 'photo.jpg', width: 4, height: 3, preview: 'AAAA', animated: false }
  }
  return { requests, prepare }
}

const limits = { sideMax: 1_600, bytesMax: 100 }

test('a photo is drawn anew without its name, and no two drawings of it are alike', async () => {
  const { requests, prepare } = drawsOf([10, 10])
  await redrawPhoto(file, { ...limits, prepare })
  await redrawPhoto(file, { ...limits, prepare })
  const [one, other] = requests
  expect(one).toMatchObject({ file, name: '', isOriginal: false, redrawing: { sideMax: 1_600 } })
  expect(one?.redrawing?.over).not.toEqual(other?.redrawing?.over)
  expect(one?.redrawing?.quality).not.toBe(other?.redrawing?.quality)
})

test.each([0, 0.999_999])('nobody misses what is lost by that (%d)', async (drawn) => {
  const { requests, prepare } = drawsOf([10])
  await redrawPhoto(file, { ...limits, prepare, random: () => drawn })
  const { over = [], quality = 0 } = requests[0]?.redrawing ?? {}
  expect(over.every((pixels) => pixels >= 0 && pixels < 2)).toBe(true)
  expect(quality).toBeGreaterThanOrEqual(0.78)
  expect(quality).toBeLessThanOrEqual(0.88)
})

test('what has too many bytes is drawn smaller, until it fits or cannot be taken', async () => {
  const smaller = drawsOf([101, 100])
  expect(await redrawPhoto(file, { ...limits, prepare: smaller.prepare })).toMatchObject({ blob: { size: 100 } })
  expect(smaller.requests.map(({ redrawing }) => redrawing?.sideMax)).toEqual([1_600, 960])
  const never = drawsOf([101, 101, 101])
  expect(await redrawPhoto(file, { ...limits, prepare: never.prepare })).toBe('too-large')
})

test('why a file is no photo is handed on', async () => {
  expect(await redrawPhoto(file, { ...limits, prepare: async () => 'not-a-photo' })).toBe('not-a-photo')
})
