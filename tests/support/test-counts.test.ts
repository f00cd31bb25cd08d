import { expect, test } from 'vitest'
import { countCheck, countTests } from './test-counts.ts'

const vitest = (passed: number, failed: number, pending = 0) =>
  JSON.stringify({ numPassedTests: passed, numFailedTests: failed, numPendingTests: pending, numTodoTests: 0 })
const playwright = (expected: number, unexpected: number, flaky = 0, skipped = 0) =>
  JSON.stringify({ stats: { expected, unexpected, flaky, skipped } })

const cases = [
  ['the tests of vitest', vitest(5, 0), 0, { passed: 5, failed: 0, skipped: 0 }],
  ['failed and skipped tests of vitest', vitest(5, 2, 1), 1, { passed: 5, failed: 2, skipped: 1 }],
  ['the tests of playwright', playwright(3, 1, 0, 2), 1, { passed: 3, failed: 1, skipped: 2 }],
  ['a test that passed only at a second try', playwright(3, 0, 1), 0, { passed: 3, failed: 1, skipped: 0 }],
  ['a suite that ran no tests', vitest(0, 0), 0, { passed: 0, failed: 1, skipped: 0 }],
  ['a suite that skipped every test', vitest(0, 0, 4), 0, { passed: 0, failed: 1, skipped: 4 }],
  ['a suite that failed beside its tests', vitest(5, 0), 1, { passed: 5, failed: 1, skipped: 0 }],
  ['a suite that left no report', undefined, 0, { passed: 0, failed: 1, skipped: 0 }],
] as const

test.each(cases)('counts %s', (_, report, exitCode, counts) => {
  expect(countTests(report, exitCode)).toEqual(counts)
})

test('a check counts as one', () => {
  expect(countCheck(0)).toEqual({ passed: 1, failed: 0, skipped: 0 })
  expect(countCheck(2)).toEqual({ passed: 0, failed: 1, skipped: 0 })
})
