import { expect, test } from 'vitest'
import { countWords, formatCount } from '../../../client/data/count-words.ts'

test('thousands are set apart as Intl sets them apart', () => {
  const numbers = new Intl.NumberFormat('en')
  for (const count of [0, 1, 12, 999, 1_000, 12_345, 999_999, 1_000_000, 1_234_567_890])
    expect(formatCount(count)).toBe(numbers.format(count))
  expect(countWords(1, 'reply', 'replies')).toBe('1 reply')
  expect(countWords(2_000, 'reply', 'replies')).toBe('2,000 replies')
})
