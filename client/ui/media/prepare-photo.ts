import { drawPhoto, type DrawnCanvas, type PhotoAnswer, type PhotoRequest } from './draw-photo.ts'
import type { Size } from './photo-plan.ts'
import { createSerialQueue } from './serial-queue.ts'

export type { PhotoAnswer, PhotoRefusal, PhotoRequest, PreparedPhoto } from './draw-photo.ts'

/** Where photos are drawn. */
export interface PhotoThreads {
  /** Undefined where this browser has no worker that can draw. */
  startWorker(): Pick<Worker, 'postMessage' | 'terminate' | 'onmessage' | 'onerror'> | undefined
  drawHere(request: PhotoRequest): Promise<PhotoAnswer>
}

/**
 * Prepares one photo after another, for each may take as much memory as a phone has. The worker lives while there is
 * something to do; without one, or when it does not come, the page draws.
 */
export function createPhotoPreparer({
  startWorker,
  drawHere,
}: PhotoThreads): (request: PhotoRequest) => Promise<PhotoAnswer> {
  const enqueue = createSerialQueue()
  let worker: ReturnType<typeof startWorker>
  let waiting = 0
  let hasWorker = true

  async function draw(request: PhotoRequest): Promise<PhotoAnswer> {
    if (hasWorker) worker ??= startWorker()
    const answer = worker === undefined ? undefined : await ask(worker, request)
    if (answer !== undefined) return answer
    hasWorker = false
    endWorker()
    return drawHere(request)
  }

  function endWorker(): void {
    worker?.terminate()
    worker = undefined
  }

  return async (request) => {
    waiting += 1
    try {
      return await enqueue(() => draw(request))
    } finally {
      waiting -= 1
      if (waiting === 0) endWorker()
    }
  }
}

/** Undefined when the worker did not come, or fell over. */
function ask(
  worker: NonNullable<ReturnType<PhotoThreads['startWorker']>>,
  request: PhotoRequest,
): Promise<PhotoAnswer | undefined> {
  return new Promise((resolve) => {
    worker.onmessage = ({ data }: MessageEvent<PhotoAnswer>) => resolve(data)
    worker.onerror = (event) => {
      event.preventDefault()
      resolve(undefined)
    }
    worker.postMessage(request)
  })
}

function startWorker(): Worker | undefined {
  if (typeof Worker === 'undefined' || typeof OffscreenCanvas === 'undefined') return undefined
  return new Worker(new URL('./photo-worker.ts', import.meta.url), { type: 'module' })
}

function createCanvas({ width, height }: Size): DrawnCanvas | undefined {
  const canvas = document.createElement('canvas')
  Object.assign(canvas, { width, height })
  const context = canvas.getContext('2d')
  if (context === null) return undefined
  return {
    image: canvas,
    context,
    encode: (type, quality) => new Promise((resolve) => canvas.toBlob(resolve, type, quality)),
  }
}

/** What is sent of a picture that somebody chose, or why it cannot be sent as a photo. */
export const preparePhoto = createPhotoPreparer({
  startWorker,
  drawHere: (request) =>
    drawPhoto(request, {
      decode: (file) => createImageBitmap(file, { imageOrientation: 'from-image' }),
      createCanvas,
    }),
})
