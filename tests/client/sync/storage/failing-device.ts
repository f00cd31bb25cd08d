import { expect } from 'vitest'
import { createDeviceStorage } from '../../../../client/sync/storage/device-storage.ts'
import { createFakeClock } from '../../../support/fake-clock.ts'
import { createDisk } from './disk.ts'

/** A device whose storage a test lets fail, and mends. */
export function createFailingDevice() {
  const disk = createDisk()
  const clock = createFakeClock()
  const storage = createDeviceStorage({
    clock,
    own: () => disk.backend,
    onError: (error) => expect.unreachable(String(error)),
  })
  storage.goOnInMemory(() => import('../../../../client/sync/storage/emergency.ts'))
  const become = async (isReached: (state: typeof storage.state) => boolean) => {
    const reached = new Promise<void>((resolve) => {
      const look = () => {
        if (isReached(storage.state)) resolve()
      }
      storage.onChange(look)
      look()
    })
    clock.advance(5_000)
    await reached
  }
  return {
    ...{ disk, storage },
    goToMemory: () => become((state) => state.kind === 'failing' && state.inMemory),
    goBack: () => become((state) => state.kind === 'storing'),
  }
}
