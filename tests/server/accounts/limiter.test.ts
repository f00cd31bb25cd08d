import { expect, test } from 'vitest'
import { createLimiter, type Limiter } from '../../../server/accounts/limiter.ts'

function createWork() {
  const ends: (() => void)[] = []
  return { ends, begin: () => new Promise<string>((resolve) => ends.push(() => resolve('done'))) }
}
const enter = (limiter: Limiter, work: () => Promise<string>) =>
  limiter.run(work) ?? Promise.reject(new Error('no room'))
const settle = () => new Promise((resolve) => setImmediate(resolve))

test('no more than its width runs at once, the longest waiting next', async () => {
  const limiter = createLimiter(2, 10)
  const { ends, begin } = createWork()
  const all = [enter(limiter, begin), enter(limiter, begin), enter(limiter, begin)]
  await settle()
  expect(ends).toHaveLength(2)
  ends[0]?.()
  await settle()
  expect(ends).toHaveLength(3)
  ends.forEach((end) => end())
  expect(await Promise.all(all)).toEqual(['done', 'done', 'done'])
})

test('what cannot even wait is not begun', async () => {
  const limiter = createLimiter(1, 1)
  const { ends, begin } = createWork()
  const all = [enter(limiter, begin), enter(limiter, begin)]
  expect(limiter.run(begin)).toBeUndefined()
  await settle()
  ends[0]?.()
  await settle()
  ends[1]?.()
  await Promise.all(all)
  expect(ends).toHaveLength(2)
})

test('work that throws makes room', async () => {
  const limiter = createLimiter(1, 0)
  await expect(limiter.run(() => Promise.reject(new Error('no')))).rejects.toThrow('no')
  expect(await limiter.run(async () => 'done')).toBe('done')
})
