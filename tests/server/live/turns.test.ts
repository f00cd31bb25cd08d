import { setImmediate } from 'node:timers/promises'
import { expect, test } from 'vitest'
import { createTurns } from '../../../server/live/turns.ts'

test('what fits into a turn is done at once, and the rest in the next ones, in order', async () => {
  const done: number[] = []
  const inTurn = createTurns(2)
  const all = Promise.all([1, 2, 3, 4, 5].map((work) => inTurn(() => void done.push(work))))
  expect(done).toEqual([1, 2])
  const heard: number[][] = []
  for (let turn = 0; turn < 2; turn += 1) {
    await setImmediate()
    heard.push([...done])
  }
  await all
  expect(heard).toEqual([
    [1, 2, 3, 4],
    [1, 2, 3, 4, 5],
  ])
})
test('whoever comes later waits behind those who wait', async () => {
  const done: string[] = []
  const inTurn = createTurns(1)
  const first = ['a', 'b', 'c'].map((work) => inTurn(() => void done.push(work)))
  await setImmediate()
  await Promise.all([...first, inTurn(() => void done.push('d'))])
  expect(done).toEqual(['a', 'b', 'c', 'd'])
})
test('what throws says so to its own, and the others are done', async () => {
  const inTurn = createTurns(1)
  const failing = () => {
    throw new Error('a bug')
  }
  const outcomes = await Promise.allSettled([inTurn(failing), inTurn(failing), inTurn(() => undefined)])
  expect(outcomes.map(({ status }) => status)).toEqual(['rejected', 'rejected', 'fulfilled'])
})
