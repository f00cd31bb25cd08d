import { expect, test } from 'vitest'
import { countCheck, countTests, listFailures } from './test-report.ts'

const vitest = (passed: number, failed: number, pending = 0) =>
  JSON.stringify({
    numPassedTests: passed,
    numFailedTests: failed,
    numPendingTests: pending,
    numTodoTests: 0,
    testResults: [],
  })
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

test('says which tests failed and how, and which files failed before any', () => {
  const report = {
    ...(JSON.parse(vitest(1, 1)) as object),
    testResults: [
      {
        name: 'a.test.ts',
        message: '',
        assertionResults: [
          { status: 'passed', fullName: 'holds', failureMessages: [] },
          { status: 'failed', fullName: 'breaks', failureMessages: ['Error: 1 is not 2\nat a.test.ts:3'] },
        ],
      },
      { name: 'b.test.ts', message: 'Cannot find module', assertionResults: [] },
    ],
  }
  expect(listFailures(JSON.stringify(report))).toEqual([
    'a.test.ts > breaks\n  Error: 1 is not 2\n  at a.test.ts:3',
    'b.test.ts\n  Cannot find module',
  ])
  expect(listFailures(playwright(1, 1))).toEqual([])
})
