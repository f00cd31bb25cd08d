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
  testResults: v.array(
    v.object({
      name: v.string(),
      message: v.optional(v.string(), ''),
      assertionResults: v.array(
        v.object({ status: v.string(), fullName: v.string(), failureMessages: v.nullish(v.array(v.string())) }),
      ),
    }),
  ),
})
const playwrightReport = v.object({
  stats: v.object({ expected: v.number(), unexpected: v.number(), flaky: v.number(), skipped: v.number() }),
})
/** Of what a message says the first lines are enough to know what failed: the whole stands in the suite's own output. */
const MESSAGE_LINES = 12

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

/**
 * The failed tests of a vitest report, each by file and name with the beginning of its message, and the files that
 * failed before any test of theirs. Playwright repeats its own at its end; of its report there is nothing here.
 */
export function listFailures(report: string): string[] {
  const read = v.safeParse(vitestReport, JSON.parse(report))
  if (!read.success) return []
  return read.output.testResults.flatMap(({ name, message, assertionResults }) => {
    const failed = assertionResults.filter(({ status }) => status === 'failed')
    if (failed.length === 0 && message !== '') return [`${name}\n${shorten(message)}`]
    return failed.map(
      ({ fullName, failureMessages }) => `${name} > ${fullName}\n${shorten(failureMessages?.join('\n') ?? '')}`,
    )
  })
}

function shorten(message: string): string {
  const lines = message.split('\n').slice(0, MESSAGE_LINES)
  return lines.map((line) => `  ${line}`).join('\n')
}

/** A check without tests of its own, such as the linter, counts as one. */
export function countCheck(exitCode: number): TestCounts {
  return exitCode === 0 ? { passed: 1, failed: 0, skipped: 0 } : { passed: 0, failed: 1, skipped: 0 }
}
