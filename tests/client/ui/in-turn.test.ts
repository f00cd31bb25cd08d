import { afterEach, beforeEach, expect, test, vi } from 'vitest'
import { inTurn, ownTurn } from '../../../client/ui/in-turn.ts'

beforeEach(() => void vi.useFakeTimers())
afterEach(() => void vi.useRealTimers())

test('each thing has a turn of its own, in their order', () => {
  const done: string[] = []
  inTurn(() => done.push('one'))
  inTurn(() => {
    done.push('two')
    inTurn(() => done.push('four'))
  })
  inTurn(() => done.push('three'))
  expect(done).toEqual([])
  const seen = [1, 2, 3, 4].map(() => {
    vi.advanceTimersToNextTimer()
    return done.at(-1)
  })
  expect(seen).toEqual(['one', 'two', 'three', 'four'])
  expect(vi.getTimerCount()).toBe(0)
})

test('what is taken out is not done, wherever it stands, and what fails holds up nothing', () => {
  const done: string[] = []
  const outs = ['one', 'two', 'three'].map((name) => inTurn(() => done.push(name)))
  outs[0]?.()
  outs[1]?.()
  vi.runAllTimers()
  outs[2]?.()
  expect(done).toEqual(['three'])
  inTurn(() => {
    throw new Error('no')
  })
  inTurn(() => done.push('four'))
  expect(() => vi.runAllTimers()).toThrow('no')
  vi.runAllTimers()
  expect(done).toEqual(['three', 'four'])
})

test('what waits for a turn of its own goes on in its place among the others', async () => {
  const done: string[] = []
  inTurn(() => done.push('one'))
  void ownTurn().then(() => done.push('two'))
  inTurn(() => done.push('three'))
  await vi.advanceTimersToNextTimerAsync()
  await vi.advanceTimersToNextTimerAsync()
  expect(done).toEqual(['one', 'two'])
  await vi.advanceTimersToNextTimerAsync()
  expect(done).toEqual(['one', 'two', 'three'])
})
