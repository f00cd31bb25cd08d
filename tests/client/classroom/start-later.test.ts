import { expect, test } from 'vitest'
import { startLater } from '../../../client/data/classroom/start-later.ts'

function createWaking() {
  const listeners = new Set<() => void>()
  const errors: unknown[] = []
  return {
    errors,
    listeners,
    wake: () => listeners.forEach((listener) => listener()),
    environment: {
      onWake(listener: () => void) {
        listeners.add(listener)
        return () => void listeners.delete(listener)
      },
      onError: (error: unknown) => void errors.push(error),
    },
  }
}

const settled = () => new Promise<void>((resolve) => setImmediate(resolve))

test('is started once, and ended with what it was started for', async () => {
  const { environment, wake, listeners } = createWaking()
  const said: string[] = []
  const stop = startLater(
    environment,
    async () => 'engine',
    (name) => {
      said.push(`start ${name}`)
      return () => void said.push('stop')
    },
  )
  await settled()
  wake()
  await settled()
  stop()
  expect(said).toEqual(['start engine', 'stop'])
  expect(listeners.size).toBe(0)
})

test('is not started any more where it was ended while it loaded', async () => {
  const { environment } = createWaking()
  const started: string[] = []
  const stop = startLater(
    environment,
    async () => 'engine',
    (name) => {
      started.push(name)
      return () => undefined
    },
  )
  stop()
  await settled()
  expect(started).toEqual([])
})

test('is tried again on waking where the network went away', async () => {
  const { environment, errors, wake } = createWaking()
  const started: number[] = []
  let tries = 0
  startLater(
    environment,
    async () => {
      tries += 1
      if (tries === 1) throw new Error('no network')
      return tries
    },
    (name) => {
      started.push(name)
      return () => undefined
    },
  )
  await settled()
  expect(errors).toHaveLength(1)
  wake()
  await settled()
  expect(started).toEqual([2])
})
