import * as v from 'valibot'

export interface TestCounts {
  passed: number
  failed: number
  skipped: number
}

const vitestReport = v.object({
  numPassedTests: v.number(),
  numFailedTests: v.number(),
  numPendingTests: v.number(),
  numTodoTests: v.number(),
})
const playwrightReport = v.object({
  stats: v.object({ expected: v.number(), unexpected: v.number(), flaky: v.number(), skipped: v.number() }),
})

/**
 * What a suite's run comes to, from the text of its JSON report. A suite that failed in another way
 * than by its tests, that ran none or that has no report, counts as one failure more. So does a test
 * that passed only at a second try.
 */
export function countTests(report: string | undefined, exitCode: number): TestCounts {
  const counts = report === undefined ? { passed: 0, failed: 0, skipped: 0 } : readReport(report)
  const ranNone = counts.passed + counts.failed === 0
  return ranNone || (exitCode !== 0 && counts.failed === 0) ? { ...counts, failed: counts.failed + 1 } : counts
}

function readReport(text: string): TestCounts {
  const report = v.parse(v.union([vitestReport, playwrightReport]), JSON.parse(text))
  if ('stats' in report) {
    const { expected, unexpected, flaky, skipped } = report.stats
    return { passed: expected, failed: unexpected + flaky, skipped }
  }
  return {
    passed: report.numPassedTests,
    failed: report.numFailedTests,
    skipped: report.numPendingTests + report.numTodoTests,
  }
}

/** A check without tests of its own, such as the linter, counts as one. */
export function countCheck(exitCode: number): TestCounts {
  return exitCode === 0 ? { passed: 1, failed: 0, skipped: 0 } : { passed: 0, failed: 1, skipped: 0 }
}
