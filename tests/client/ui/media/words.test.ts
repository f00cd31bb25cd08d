import { expect, test } from 'vitest'
import { toBytesWords } from '../../../../client/ui/media/bytes-words.ts'
import { toPercent, toStateWords } from '../../../../client/ui/media/file-state.ts'
import { toPhotoAlt } from '../../../../client/ui/media/photo-alt.ts'

test.each([
  [0, '0 bytes'],
  [1, '1 byte'],
  [999, '999 bytes'],
  [1_000, '1 kB'],
  [1_249, '1.2 kB'],
  [12_400, '12 kB'],
  [999_499, '999 kB'],
  [999_500, '1 MB'],
  [1_234_567, '1.2 MB'],
  [100_000_000, '100 MB'],
  [2_000_000_000, '2 GB'],
  [5e15, '5000 TB'],
])('%i bytes are %s', (bytes, words) => {
  expect(toBytesWords(bytes)).toBe(words)
})

test('what lies between somebody and a file is said, and nothing where nothing does', () => {
  expect(toStateWords({ kind: 'here' })).toBe('')
  expect(toStateWords({ kind: 'asks' })).toBe('')
  expect(toStateWords({ kind: 'loading', done: null })).toBe('Loading')
  expect(toStateWords({ kind: 'loading', done: 0.409 })).toBe('Loading, 40%')
  expect(toStateWords({ kind: 'missing', why: 'It was deleted.', canRetry: false })).toBe('It was deleted.')
  expect(toStateWords({ kind: 'uploading', done: 0.5, pace: 'going' })).toBe('Sending, 50%')
  expect(toStateWords({ kind: 'uploading', done: 0, pace: 'waiting', why: 'Waiting for a network' })).toBe(
    'Waiting for a network',
  )
  expect(toStateWords({ kind: 'uploading', done: 0.2, pace: 'waiting', why: 'Waiting for a network' })).toBe(
    'Waiting for a network, 20% sent',
  )
  expect(toStateWords({ kind: 'uploading', done: 0.2, pace: 'paused' })).toBe('Paused at 20%')
})

test('the last percent is not said before it is there', () => {
  expect(toPercent(0.999)).toBe(99)
  expect(toPercent(1)).toBe(100)
  expect(toPercent(1.2)).toBe(100)
  expect(toPercent(-1)).toBe(0)
})

test('a photo is told by its description, or that it has none', () => {
  expect(toPhotoAlt('The board after the proof', 'Ada')).toBe('The board after the proof')
  expect(toPhotoAlt('', 'Ada')).toBe('Photo from \u2068Ada\u2069, no description')
})
