import { expect, test } from 'vitest'
import { singleFlight } from '../../../client/sync/single-flight.ts'
import { settle } from '../../sim/scheduler.ts'

/** Work that ends when the test says so. */
function createWork() {
  const endings: { resolve: () => void; reject: (error: Error) => void }[] = []
  const errors: unknown[] = []
  let most = 0
  let now = 0
  let runs = 0
  const ask = singleFlight(
    async () => {
      runs += 1
      now += 1
      most = Math.max(most, now)
      await new Promise<void>((resolve, reject) => endings.push({ resolve, reject })).finally(() => (now -= 1))
    },
    (error) => errors.push(error),
  )
  return { ask, errors, endings, runs: () => runs, most: () => most }
}

test('work starts at once, and asked for while it runs it runs once more', async () => {
  const { ask, endings, runs, most } = createWork()
  ask()
  expect(runs()).toBe(1)
  for (let times = 0; times < 5; times += 1) ask()
  endings.shift()?.resolve()
  await settle()
  expect(runs()).toBe(2)
  endings.shift()?.resolve()
  await settle()
  expect(runs()).toBe(2)
  expect(most()).toBe(1)
})

test('it can be asked again after it ended', async () => {
  const { ask, endings, runs } = createWork()
  ask()
  endings.shift()?.resolve()
  await settle()
  ask()
  expect(runs()).toBe(2)
})

test.each([...Array(8).keys()])('asking is never lost, also %i moments after the work ended', async (moments) => {
  const { ask, endings, runs } = createWork()
  ask()
  endings.shift()?.resolve()
  for (let moment = 0; moment < moments; moment += 1) await Promise.resolve()
  ask()
  await settle()
  expect(runs()).toBe(2)
})

test('a failure is told, and what was asked meanwhile is done all the same', async () => {
  const { ask, endings, errors, runs } = createWork()
  ask()
  ask()
  endings.shift()?.reject(new Error('no luck'))
  await settle()
  expect(errors).toEqual([new Error('no luck')])
  expect(runs()).toBe(2)
  endings.shift()?.resolve()
  await settle()
  ask()
  expect(runs()).toBe(3)
})
