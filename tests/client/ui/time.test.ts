import { expect, test, vi } from 'vitest'

test('no format is made before one is written, and each once', async () => {
  const Format = Intl.DateTimeFormat
  const made = vi.spyOn(Intl, 'DateTimeFormat').mockImplementation(function (...given) {
    return new Format(...given)
  })
  // Other tests of this process may have read it before.
  vi.resetModules()
  const { toClock } = await import('../../../client/ui/time.ts')
  const { toMoment } = await import('../../../client/views/student/times.ts')
  expect(made).not.toHaveBeenCalled()
  expect(toClock(0)).toBe(toMoment(0, 0))
  expect(made).toHaveBeenCalledTimes(1)
})
