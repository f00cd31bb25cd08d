import { expect, test } from 'vitest'
import { createServerClock, type OffsetStore } from '../../../client/sync/server-clock.ts'
import { createFakeClock } from '../../support/fake-clock.ts'

const HOUR = 3_600_000

/** A device whose clock is so much ahead of the server's, and what it keeps of that. */
function createDevice(aheadMs: number, kept = 0) {
  const clock = createFakeClock()
  let offset = kept
  const listeners: (() => void)[] = []
  const store: OffsetStore = {
    read: () => offset,
    write: (next) => (offset = next),
    onChange: (listener) => listeners.push(listener),
  }
  const device = createServerClock(clock, store)
  const serverNow = () => clock.now() - aheadMs
  const corrections: number[] = []
  device.onCorrection(() => corrections.push(device.now() - serverNow()))
  return {
    ...{ clock, device, serverNow, corrections, store },
    /** A request of which each way takes so long. */
    ask(delayMs = 50) {
      const sentAt = clock.now()
      clock.advance(delayMs)
      const date = new Date(serverNow()).toUTCString()
      clock.advance(delayMs)
      device.note(date, sentAt)
    },
    isRight: () => Math.abs(device.now() - serverNow()) < 2_000,
    keptOffset: () => offset,
    /** Another tab found out. */
    change(next: number) {
      offset = next
      listeners.forEach((listener) => listener())
    },
  }
}

test.each([2 * HOUR, -2 * HOUR, 5 * 365 * 24 * HOUR])(
  'a clock that is %i ms ahead is right after one answer',
  (ahead) => {
    const one = createDevice(ahead)
    expect(one.isRight()).toBe(false)
    one.ask()
    expect(one.isRight()).toBe(true)
    expect(one.corrections).toHaveLength(1)
    one.ask(700)
    expect(one.corrections).toHaveLength(1)
  },
)

test('a clock that is right stays the device’s own, on a slow network too', () => {
  const one = createDevice(0)
  for (const delay of [10, 1_500, 9_000]) one.ask(delay)
  expect(one.device.now()).toBe(one.clock.now())
  expect(one.corrections).toEqual([])
})

test('what was found is kept for a page that begins with no network, and for the other tabs', () => {
  const one = createDevice(HOUR)
  one.ask()
  const later = createDevice(HOUR, one.keptOffset())
  expect(later.isRight()).toBe(true)
  const beside = createDevice(HOUR)
  beside.change(-HOUR)
  expect(beside.isRight()).toBe(true)
  expect(beside.corrections).toHaveLength(1)
})

test('a clock that was set right again is believed again', () => {
  const one = createDevice(0, -HOUR)
  one.ask()
  expect(one.device.now()).toBe(one.clock.now())
  expect(one.keptOffset()).toBe(0)
})

test('an answer without a date, or with what is none, says nothing', () => {
  const one = createDevice(HOUR)
  one.device.note(null, one.clock.now())
  one.device.note('yesterday', one.clock.now())
  one.device.note(new Date(0).toUTCString(), one.clock.now() + 1)
  expect(one.corrections).toEqual([])
})
