import { afterEach, beforeEach, expect, test, vi } from 'vitest'
import { afterPaint } from '../../../client/ui/after-paint.ts'

beforeEach(() => void vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] }))
afterEach(() => {
  vi.useRealTimers()
  vi.unstubAllGlobals()
})

test('it is called after the next frame, not in it, and once', () => {
  let paint = () => undefined
  vi.stubGlobal('requestAnimationFrame', (frame: () => undefined) => (paint = frame))
  const call = vi.fn()
  afterPaint(call)
  paint()
  expect(call).not.toHaveBeenCalled()
  vi.advanceTimersByTime(0)
  expect(call).toHaveBeenCalledOnce()
  vi.runAllTimers()
  expect(call).toHaveBeenCalledOnce()
})

test('where nothing is painted it is called soon all the same', () => {
  vi.stubGlobal('requestAnimationFrame', () => 0)
  const call = vi.fn()
  afterPaint(call)
  vi.advanceTimersByTime(200)
  expect(call).toHaveBeenCalledOnce()
})
