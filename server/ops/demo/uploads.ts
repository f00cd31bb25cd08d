import { createFiles } from '../../files/files.ts'
import type { FileHome } from '../../files/home.ts'
import { createMemoryLocks } from '../../files/memory-locks.ts'
import type { Store } from '../../store/store.ts'
import { listPhotos, makeDemoFile } from './demo-files.ts'
import { drawPhotos } from './photos.ts'
import { sendFile } from './send-file.ts'
import type { UploadStep } from './thread-steps.ts'

/** More than a demo needs. */
const BYTES_MAX = 1e9

export interface DemoUploads {
  /** Resolves when a file of the steps is whole. Rejects when one before it could not be sent. */
  arrived(fileId: string): Promise<void>
  /** Whether or not all went up. */
  close(): Promise<void>
}

/** Sends the demo's files through the rules that hold for everybody, in the order of their steps, beside whatever else is done. */
export function startUploads(store: Store, home: FileHome, steps: readonly UploadStep[]): DemoUploads {
  let time = 0
  const files = createFiles({
    ...{ store, home, locks: createMemoryLocks(), now: () => time },
    limits: { fileBytesMax: BYTES_MAX, accountBytesMax: BYTES_MAX, bytesMax: undefined },
    onError(error) {
      throw error
    },
  })
  const photos = drawPhotos(listPhotos(steps.map(({ file }) => file)))
  const arriving = new Map<string, Promise<void>>()
  let last = Promise.resolve()
  for (const step of steps) {
    last = last.then(() => send(step))
    // Whoever waits for it hears of it.
    last.catch(() => undefined)
    arriving.set(step.fileId, last)
  }

  async function send({ at, userId, fileId, file }: UploadStep): Promise<void> {
    const made = await makeDemoFile(file, at, photos)
    time = at
    await sendFile(files, userId, fileId, made)
  }

  return {
    // One that is forwarded was sent by somebody else before.
    arrived: async (fileId) => arriving.get(fileId),
    async close() {
      photos.close()
      await last.catch(() => undefined)
      await files.close()
    },
  }
}
