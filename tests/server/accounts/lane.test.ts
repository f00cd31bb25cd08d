import { expect, test } from 'vitest'
import { createLane, type Lane } from '../../../server/accounts/lane.ts'

function createWork() {
  const ends: (() => void)[] = []
  return { ends, begin: () => new Promise<string>((resolve) => ends.push(() => resolve('done'))) }
}
const enter = (lane: Lane, work: () => Promise<string>) => lane.run(work) ?? Promise.reject(new Error('no room'))
const settle = () => new Promise((resolve) => setImmediate(resolve))

test('no more than its width runs at once, the longest waiting next', async () => {
  const lane = createLane(2, 10)
  const { ends, begin } = createWork()
  const all = [enter(lane, begin), enter(lane, begin), enter(lane, begin)]
  await settle()
  expect(ends).toHaveLength(2)
  ends[0]?.()
  await settle()
  expect(ends).toHaveLength(3)
  ends.forEach((end) => end())
  expect(await Promise.all(all)).toEqual(['done', 'done', 'done'])
})

test('what cannot even wait is not begun', async () => {
  const lane = createLane(1, 1)
  const { ends, begin } = createWork()
  const all = [enter(lane, begin), enter(lane, begin)]
  expect(lane.run(begin)).toBeUndefined()
  await settle()
  ends[0]?.()
  await settle()
  ends[1]?.()
  await Promise.all(all)
  expect(ends).toHaveLength(2)
})

test('work that throws makes room', async () => {
  const lane = createLane(1, 0)
  await expect(lane.run(() => Promise.reject(new Error('no')))).rejects.toThrow('no')
  expect(await lane.run(async () => 'done')).toBe('done')
})
