import { afterEach, beforeEach, expect, test, vi } from 'vitest'
import { longPress } from '../../../client/ui/long-press.ts'

/** Longer than any finger needs to be held. */
const LONG_MS = 2_000

let element: EventTarget
let call: ReturnType<typeof vi.fn<() => void>>
let remove: () => void

beforeEach(() => {
  vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] })
  vi.stubGlobal('document', new EventTarget())
  element = new EventTarget()
  call = vi.fn()
  remove = longPress(call)(element as HTMLElement)
})
afterEach(() => {
  vi.useRealTimers()
  vi.unstubAllGlobals()
})

function touch(type: string, x = 0, pointerType = 'touch'): void {
  element.dispatchEvent(Object.assign(new Event(type), { pointerType, clientX: x, clientY: 0 }))
}

test('a finger that is held calls once, and again when it comes again', () => {
  for (const times of [1, 2]) {
    touch('pointerdown')
    touch('pointermove', 3)
    vi.advanceTimersByTime(LONG_MS)
    touch('pointerup')
    expect(call).toHaveBeenCalledTimes(times)
  }
})

test.each(['pointerup', 'pointercancel', 'pointerleave'])('%s before that ends it', (type) => {
  touch('pointerdown')
  touch(type)
  vi.advanceTimersByTime(LONG_MS)
  expect(call).not.toHaveBeenCalled()
})

test('neither a finger that moves calls, nor a mouse, nor what was taken away', () => {
  touch('pointerdown')
  touch('pointermove', 30)
  vi.advanceTimersByTime(LONG_MS)
  touch('pointerdown', 0, 'mouse')
  vi.advanceTimersByTime(LONG_MS)
  touch('pointerdown')
  remove()
  vi.advanceTimersByTime(LONG_MS)
  touch('pointerdown')
  vi.advanceTimersByTime(LONG_MS)
  expect(call).not.toHaveBeenCalled()
})

test('until it is touched it listens to nothing but whether it is', () => {
  const listen = vi.spyOn(EventTarget.prototype, 'addEventListener')
  longPress(call)(new EventTarget() as HTMLElement)
  expect(listen.mock.calls.map(([type]) => type).sort()).toEqual(['contextmenu', 'pointerdown'])
})
