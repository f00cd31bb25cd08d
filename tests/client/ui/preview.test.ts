import { afterEach, beforeEach, expect, test, vi } from 'vitest'
import { findPreview } from '../../../client/ui/preview.ts'

beforeEach(() => void vi.useFakeTimers())
afterEach(() => {
  vi.useRealTimers()
  vi.unstubAllGlobals()
})

function stubPage(childElementCount: number) {
  let isThere = true
  const preview = { childElementCount, remove: () => (isThere = false) }
  vi.stubGlobal('document', { getElementById: (id: string) => (id === 'preview' && isThere ? preview : null) })
  return { isThere: () => isThere }
}

test('what the server wrote stands until the page says that it is made', async () => {
  const page = stubPage(2)
  const preview = findPreview()
  expect(page.isThere()).toBe(true)
  const ended = vi.fn()
  void preview?.ended.then(ended)
  await Promise.resolve()
  expect(ended).not.toHaveBeenCalled()
  preview?.end()
  expect(page.isThere()).toBe(false)
  preview?.end()
  await Promise.resolve()
  expect(ended).toHaveBeenCalledOnce()
  expect(vi.getTimerCount()).toBe(0)
})

test('on a network that brings nothing more the page is shown as far as it is', async () => {
  const page = stubPage(2)
  const preview = findPreview()
  vi.runAllTimers()
  await preview?.ended
  expect(page.isThere()).toBe(false)
})

test('where the server wrote nothing there is none', () => {
  stubPage(0)
  expect(findPreview()).toBeNull()
  vi.stubGlobal('document', { getElementById: () => null })
  expect(findPreview()).toBeNull()
})
