import { spawn } from 'node:child_process'
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { constants, setPriority, tmpdir } from 'node:os'
import { join } from 'node:path'
import * as v from 'valibot'
import { installPackages } from './support/packages.ts'
import { countCheck, countTests, listFailures, type TestCounts } from './support/test-report.ts'

// `npm test`: runs every script of package.json whose name begins with `test:`, but for `test:long`, which takes as
// long as one lets it.
//
//   build ──▶ two suites at a time, as one waits for much that takes time ──▶ the one in browsers, which needs all ──▶
//         └─▶ the checks, with low priority, while suites wait ─────────────────────────────────────────────────────▶
//
// One build serves all. The checks only compute, and no test minds how quick it is.
interface Suite {
  name: string
  /** Whether it reports tests, as vitest and playwright do; if not it is a check, and counts as one. */
  hasTests: boolean
}
interface Outcome extends TestCounts {
  name: string
  seconds: number
  failures: string[]
}

/** Random runs with a count of seeds that one chooses; some run in each `test:sim`. */
const LEFT_OUT = ['test:long']
const BUILD: Suite = { name: 'build', hasTests: false }
/** Four browsers at a time fill a machine by themselves. */
const ALONE = 'test:e2e'
const AT_ONCE = 2

const root = join(import.meta.dirname, '..')
const reports = mkdtempSync(join(tmpdir(), 'chatbox-reports-'))
process.once('exit', () => rmSync(reports, { recursive: true }))

// Each suite leads a process group of its own, so that an interrupted run takes all of it along.
const running = new Set<number>()
for (const signal of ['SIGINT', 'SIGTERM'] as const) {
  process.once(signal, () => {
    for (const pid of running) process.kill(-pid, 'SIGTERM')
    process.exit(1)
  })
}

function listSuites(): Suite[] {
  const text = readFileSync(join(root, 'package.json'), 'utf8')
  const { scripts } = v.parse(v.object({ scripts: v.record(v.string(), v.string()) }), JSON.parse(text))
  return Object.entries(scripts)
    .filter(([name]) => name.startsWith('test:') && !LEFT_OUT.includes(name))
    .map(([name, command]) => ({
      name,
      hasTests: /\b(vitest|playwright)\b/.test(command),
    }))
}

/** What leads a group of its own is weighed against other groups, and its priority counts within it alone: both are low. */
function yieldToOthers(pid: number): void {
  try {
    setPriority(pid, constants.priority.PRIORITY_LOW)
    writeFileSync(`/proc/${pid}/autogroup`, String(constants.priority.PRIORITY_LOW))
  } catch {
    // Not on Linux, or not so soon after another one: then it takes more of the time of others, and that is all.
  }
}

function run({ name, hasTests }: Suite): Promise<Outcome> {
  const report = join(reports, `${name.replace(':', '-')}.json`)
  const startedAt = performance.now()
  const child = spawn('npm', ['run', '--silent', name], {
    cwd: root,
    env: { ...process.env, TEST_REPORT: report, ...(name === BUILD.name ? {} : { CHATBOX_IS_BUILT: 'yes' }) },
    stdio: ['ignore', 'pipe', 'pipe'],
    detached: true,
  })
  const pid = child.pid
  if (pid !== undefined) {
    running.add(pid)
    if (!hasTests && name !== BUILD.name) yieldToOthers(pid)
  }
  const output: Buffer[] = []
  for (const stream of [child.stdout, child.stderr]) stream.on('data', (data: Buffer) => output.push(data))
  return new Promise((resolve) => {
    child.once('close', (code) => {
      if (pid !== undefined) running.delete(pid)
      const exitCode = code ?? 1
      const written = existsSync(report) ? readFileSync(report, 'utf8') : undefined
      const counts = hasTests ? countTests(written, exitCode) : countCheck(exitCode)
      const seconds = (performance.now() - startedAt) / 1000
      console.log(`\n── ${name} ${'─'.repeat(Math.max(0, 76 - name.length))}`)
      process.stdout.write(Buffer.concat(output))
      resolve({ name, seconds, failures: written === undefined ? [] : listFailures(written), ...counts })
    })
  })
}

/** Runs `AT_ONCE` suites at a time, each as soon as one before it has ended, so the longest had best come first; answers in their order. */
async function runSome(suites: readonly Suite[]): Promise<Outcome[]> {
  const outcomes: Outcome[] = []
  const waiting = suites.entries()
  const runNext = async () => {
    for (const [at, suite] of waiting) outcomes[at] = await run(suite)
  }
  await Promise.all(Array.from({ length: AT_ONCE }, runNext))
  return outcomes
}

function toLine({ name, passed, failed, skipped, seconds }: Outcome): string {
  const result = failed === 0 ? 'passed' : 'FAILED'
  const columns = [name.padEnd(14), result, `${passed} passed`.padStart(13), `${failed} failed`.padStart(11)]
  const rest = skipped > 0 ? `  ${skipped} skipped` : ''
  return `${columns.join('  ')}${`${seconds.toFixed(1)} s`.padStart(10)}${rest}`
}

const startedAt = performance.now()
if (!installPackages()) process.exit(1)
const suites = listSuites()
console.log(`Running ${suites.map(({ name }) => name).join(', ')}. Each one’s output follows when it has ended.`)
const built = await run(BUILD)
const checks = Promise.all(suites.filter(({ hasTests }) => !hasTests).map(run))
const tests = suites.filter(({ hasTests }) => hasTests)
const tested = await runSome(tests.filter(({ name }) => name !== ALONE))
for (const suite of tests.filter(({ name }) => name === ALONE)) tested.push(await run(suite))
const outcomes = [built, ...(await checks), ...tested]

const sum = (count: (outcome: Outcome) => number) => outcomes.reduce((total, outcome) => total + count(outcome), 0)
const failed = sum((outcome) => outcome.failed)
// Once more, at the end: of a long output often only that is kept.
for (const { name, failures } of outcomes) for (const failure of failures) console.log(`\n${name} FAILED: ${failure}`)
console.log(`\n${outcomes.map(toLine).join('\n')}\n`)
const minutes = (performance.now() - startedAt) / 60_000
console.log(`${sum((outcome) => outcome.passed)} passed, ${failed} failed, in ${minutes.toFixed(1)} minutes`)
process.exitCode = failed === 0 ? 0 : 1
