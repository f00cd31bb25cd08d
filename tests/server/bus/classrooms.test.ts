import { afterEach, beforeEach, expect, test } from 'vitest'
import type { Bus } from '../../../server/bus/bus.ts'
import { type Backend, createBackend } from '../../support/backend.ts'
import { type BusPair, createBusPair } from '../../support/bus.ts'
import { waitFor } from '../../support/wait-for.ts'

let backend: Backend
let buses: BusPair
const errors: unknown[] = []
beforeEach(async () => {
  backend = await createBackend()
  errors.length = 0
  buses = await createBusPair(backend, (error) => errors.push(error))
})
afterEach(async () => {
  await buses.close()
  await backend.dispose()
})

function listen(bus: Bus) {
  const words: unknown[] = []
  const stop = bus.listenToClassrooms({
    onChanged: (change) => words.push({ change }),
    onDevices: (count) => words.push({ count }),
    onResumed: () => undefined,
  })
  return { words, stop }
}
const change = { classroomId: 'abcdefghijkl', to: 5 }
const count = { processId: 'one', classroomId: 'abcdefghijkl', count: 3 }
const heard = (words: readonly unknown[], number: number) =>
  waitFor(`${number} words`, () => (words.length >= number ? words : undefined))

test('what is said of classrooms arrives in order at both ends, and is no batch, session or signal', async () => {
  const [near, far] = [listen(buses.near), listen(buses.far)]
  const others: unknown[] = []
  buses.far.listen({
    onBatch: (batch) => others.push(batch),
    onSessionsEnded: (ids) => others.push(ids),
    onResumed: () => undefined,
  })
  buses.near.publishClassroomChange(change)
  buses.near.publishDeviceCount(count)
  const said = [{ change }, { count }]
  expect(await heard(near.words, 2)).toEqual(said)
  expect(await heard(far.words, 2)).toEqual(said)
  expect(others).toEqual([])
})

test('who stopped listening hears nothing more, and the others do', async () => {
  const [one, other] = [listen(buses.far), listen(buses.far)]
  one.stop()
  buses.near.publishClassroomChange(change)
  await heard(other.words, 1)
  expect(one.words).toEqual([])
})

test('a listener that throws keeps the word from none of the others, nor from being reported', async () => {
  buses.far.listenToClassrooms({
    onChanged() {
      throw new Error('a bug in a listener')
    },
    onDevices: () => undefined,
    onResumed: () => undefined,
  })
  const far = listen(buses.far)
  try {
    buses.near.publishClassroomChange(change)
  } catch (error) {
    errors.push(error)
  }
  await heard(far.words, 1)
  expect(errors).toMatchObject([{ message: 'a bug in a listener' }])
})

test('after close nothing is heard', async () => {
  const far = listen(buses.far)
  await buses.far.close()
  buses.near.publishClassroomChange(change)
  buses.near.publishDeviceCount(count)
  expect(far.words).toEqual([])
})
