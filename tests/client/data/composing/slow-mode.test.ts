import { expect, test } from 'vitest'
import { toNextMessageAt } from '../../../../client/data/composing/slow-mode.ts'
import { toDelivery } from '../../../../client/data/outbox/pending.ts'
import { toSettingText } from '../../../../client/data/operate/setting-text.ts'
import { toGoesOnWords } from '../../../../client/views/goes-on-words.ts'
import { toClock } from '../../../../client/ui/time.ts'
import { toSlowWords } from '../../../../client/views/conversation/slow-words.ts'
import { SETTINGS } from '../../../../shared/operate/settings.ts'
import * as v from 'valibot'
import { entry, exampleId, MINUTE, NOON, react, refused, send } from '../example.ts'

/* When one may write again, in words. */

const SECOND = 1_000

test('the next message may come so long after the last one, and after those that wait', () => {
  const last = { sentAt: NOON }
  expect(toNextMessageAt(undefined, [], 30, NOON)).toBe(0)
  expect(toNextMessageAt(last, [], 30, NOON + SECOND)).toBe(NOON + 30 * SECOND)
  const waiting = [entry(send('one')), entry(send('two'))]
  expect(toNextMessageAt(last, waiting, 30, NOON + SECOND)).toBe(NOON + 90 * SECOND)
  expect(toNextMessageAt(undefined, waiting, 30, NOON)).toBe(NOON + 60 * SECOND)
  const others = [entry(send('no'), refused), entry(react(exampleId(9), '👍'))]
  expect(toNextMessageAt(last, others, 30, NOON)).toBe(NOON + 30 * SECOND)
})

test('seconds are counted, and what is later has its time', () => {
  expect(toSlowWords(0, 30, NOON)).toBe('Slow mode: a message in 30 seconds.')
  expect(toSlowWords(NOON, 300, NOON)).toBe('Slow mode: a message in 5 minutes.')
  expect(toSlowWords(NOON + 23_400, 30, NOON)).toMatch(/^Slow mode: you can write again in 24 seconds\. /)
  expect(toSlowWords(NOON + SECOND, 30, NOON)).toMatch(/again in 1 second\. /)
  expect(toSlowWords(NOON + 10 * MINUTE, 900, NOON)).toContain(`again at ${toClock(NOON + 10 * MINUTE)}.`)
})

test('a message that was slowed down says when it goes on, until then, and another one nothing', () => {
  const hold = { from: NOON, until: NOON + 5 * MINUTE }
  const slowed = toDelivery({ kind: 'waiting', hold: { ...hold, slowed: true } })
  expect(toGoesOnWords(slowed, NOON)).toBe(`goes on at ${toClock(NOON + 5 * MINUTE)}`)
  expect(toGoesOnWords(slowed, hold.until)).toBeNull()
  expect(toGoesOnWords(toDelivery({ kind: 'waiting', hold }), NOON)).toBeNull()
  expect(toGoesOnWords(toDelivery({ kind: 'accepted', seq: 3 }), NOON)).toBeNull()
})

test('bytes are written with a unit, and are read again as what they were', () => {
  expect(toSettingText('limits.uploadBytes', 5e9)).toBe('5 GB')
  expect(toSettingText('limits.uploadBytes.newcomer', 1.5e9)).toBe('1.5 GB')
  expect(toSettingText('storage.file', 123_456)).toBe('123456 B')
  expect(toSettingText('storage.all', 'off')).toBe('off')
  expect(toSettingText('limits.messages', 60_000)).toBe('60000')
  expect(toSettingText('registrationDomains', ['a.edu', 'b.edu'])).toBe('a.edu, b.edu')
  for (const bytes of [1, 999, 1_000, 123_456, 1_500_000, 5e9, 2.25e12]) {
    expect(v.parse(SETTINGS['storage.file'].schema, toSettingText('storage.file', bytes))).toBe(bytes)
  }
})
