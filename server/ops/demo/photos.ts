import { fork } from 'node:child_process'
import { join } from 'node:path'
import type { PhotoName } from './photo-names.ts'

/** What `draw-photos.ts` sends. */
export interface DrawnPhoto {
  name: PhotoName
  bytes: Uint8Array
}

export interface Photos {
  /** A photo that was asked for. */
  get(name: PhotoName): Promise<Uint8Array>
  /** Whether or not all are drawn. */
  close(): void
}

/** Has photos drawn by a process of its own, in this order. */
export function drawPhotos(names: readonly PhotoName[]): Photos {
  const child = fork(join(import.meta.dirname, 'draw-photos.ts'), names, {
    cwd: import.meta.dirname,
    execArgv: ['--import', 'tsx'],
    serialization: 'advanced',
  })
  const waiting = new Map<PhotoName, (bytes: Uint8Array) => void>()
  const ended = new Promise<never>((_, reject) => {
    child.once('error', reject)
    child.once('exit', (code) => reject(new Error(`The photos of the demo were not drawn (${code}).`)))
  })
  // Who waits for a photo hears of it; nobody else has to.
  ended.catch(() => undefined)
  const photos = new Map(
    names.map((name) => {
      const drawn = new Promise<Uint8Array>((resolve) => waiting.set(name, resolve))
      return [name, Promise.race([drawn, ended])] as const
    }),
  )
  for (const photo of photos.values()) photo.catch(() => undefined)
  child.on('message', ({ name, bytes }: DrawnPhoto) => waiting.get(name)?.(bytes))
  return {
    async get(name) {
      const photo = photos.get(name)
      if (photo === undefined) throw new Error(`Nobody asked for ${name}.`)
      return photo
    },
    close: () => void child.kill(),
  }
}
