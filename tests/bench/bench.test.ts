import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, onTestFinished, test } from 'vitest'
import { shareInTime } from './frames.ts'
import { RIVALS } from './lab.ts'
import { listRows, loadRow } from './list-rows.ts'
import { renderPerformance } from './performance-page.ts'
import { isReached, median, percentile, summarize, toSamples } from './ratio.ts'
import { appendResults, readResults, type Result, toLatest } from './results.ts'
import { oursAtMost, ratioAtLeast, ratioAtMost } from './row.ts'
import { runPairs } from './run-pairs.ts'
import { ROOT } from '../support/server.ts'

const figure = { what: 'sends', unit: '/s', quantity: 'sends/s', ours: 'a', rival: 'b', reach: ratioAtLeast(2) }

function toResult(changes: Partial<Result> = {}): Result {
  return {
    ...{ at: '2026-01-02T03:04:05.678Z', commit: 'abc', row: 'send', measures: 'Sends.', figure: 'sends' },
    ...{ unit: '/s', ours: 'ChatBox', rival: 'raw <ws>', lacks: 'order', besides: {}, isReached: false },
    samples: { ours: [10, 20, 30], rival: [10, 10, 10], ratio: [1, 2, 3] },
    reach: ratioAtLeast(2.5),
    machine: { cores: 2, cpu: 'A processor', busy: 0.5, versions: { node: 'v20' } },
    ...changes,
  }
}

test('each side is measured once a pair, and another one begins each time', async () => {
  const measured: string[] = []
  const side = (name: string) => async () => ({ place: measured.push(name) })
  const pairs = await runPairs({ sides: { a: side('a'), b: side('b'), c: side('c') } }, 4)
  expect(measured.join('')).toBe('abcbcacababc')
  expect(pairs[1]).toEqual({ b: { place: 4 }, c: { place: 5 }, a: { place: 6 } })
})

test('the ratio is that of each pair, so a busy moment of the machine counts for both', () => {
  const pairs = [
    { a: { 'sends/s': 100 }, b: { 'sends/s': 50 } },
    { a: { 'sends/s': 10 }, b: { 'sends/s': 5 } },
    { a: { 'sends/s': 90 }, b: { 'sends/s': 30 } },
  ]
  const samples = toSamples(figure, pairs)
  expect(samples.ratio).toEqual([2, 2, 3])
  expect(summarize(samples)).toEqual({ ours: 90, rival: 30, ratio: 2, least: 2, most: 3 })
})

test('without a rival there is no ratio, and the range is of ours', () => {
  const { rival: _, ...alone } = figure
  const samples = toSamples(alone, [{ a: { 'sends/s': 3 } }, { a: { 'sends/s': 4 } }])
  expect(samples).toEqual({ ours: [3, 4], rival: [], ratio: [] })
  expect(summarize(samples)).toMatchObject({ ours: 3.5, least: 3, most: 4 })
})

test('what a side did not measure is no figure', () => {
  expect(() => toSamples(figure, [{ a: { 'sends/s': 1 }, b: {} }])).toThrow('b did not measure sends/s')
})

test('a reach is held against the ratio or against ours, from above or from below', () => {
  const summary = { ours: 8, rival: 4, ratio: 2, least: 1, most: 3 }
  expect(isReached(ratioAtLeast(2), summary)).toBe(true)
  expect(isReached(ratioAtLeast(2.1), summary)).toBe(false)
  expect(isReached(ratioAtMost(1.9), summary)).toBe(false)
  expect(isReached(oursAtMost(8), summary)).toBe(true)
  expect(isReached(oursAtMost(7), summary)).toBe(false)
})

test('the median is the middle one, or the mean of both in the middle', () => {
  expect(median([3, 1, 2])).toBe(2)
  expect(median([4, 1, 2, 3])).toBe(2.5)
  expect(percentile([5, 1, 4, 2, 3], 99)).toBe(5)
})

test('a frame that came late was missed as often as the display turned meanwhile', () => {
  const every = 1_000 / 60
  expect(shareInTime([0, 1, 2, 3].map((turn) => turn * every))).toBe(100)
  expect(shareInTime([0, 1, 4, 5].map((turn) => turn * every + (turn % 2)))).toBeCloseTo((100 * 4) / 6)
  expect(() => shareInTime([0])).toThrow('no frames')
})

test('what was measured is kept by its day, and the latest of each figure counts', () => {
  const folder = mkdtempSync(join(tmpdir(), 'chatbox-results-'))
  onTestFinished(() => rmSync(folder, { recursive: true }))
  appendResults([toResult({ at: '2026-01-03T00:00:00.000Z', commit: 'later' }), toResult({ figure: 'other' })], folder)
  appendResults([toResult()], folder)
  expect(readdirSync(folder).sort()).toEqual(['2026-01-02.jsonl', '2026-01-03.jsonl'])
  expect(toLatest(readResults(folder)).map(({ figure, commit }) => [figure, commit])).toEqual(
    expect.arrayContaining([
      ['other', 'abc'],
      ['sends', 'later'],
    ]),
  )
})

test('the page shows the figure, its range, what the rival does not do and with what it was measured', () => {
  const { 'performance.md': page = '', 'performance/send.svg': plot = '' } = renderPerformance([toResult()])
  expect(page).toContain('| sends | ChatBox: 20 /s | raw <ws> | 10 /s | **2** | 1 to 3 | ≥ 2.5 ✗ |')
  expect(page).toContain('What raw <ws> does not do: order.')
  expect(page).toContain('commit abc, 3 times, 2 cores of A processor with a load of 0.5 before: node v20')
  expect(page).toContain('0 of 1 figures')
  expect(plot).toContain('prefers-color-scheme: dark')
  expect(plot).toContain('class="reach"')
})

test('every row is described whole: its figures name its sides, and each rival says what it lacks', async () => {
  const names = listRows()
  expect(names.length).toBeGreaterThan(3)
  for (const name of names) {
    const row = await loadRow(name)
    expect(row.measures, name).toMatch(/\.$/)
    expect(row.figures.length, name).toBeGreaterThan(0)
    for (const { ours, rival } of row.figures) {
      expect(row.sides, name).toHaveProperty([ours])
      if (rival !== undefined) expect(row.sides, name).toHaveProperty([rival])
    }
  }
})

test('rivals run on the packages that ChatBox runs on, in the same versions', () => {
  const read = (path: string) =>
    (JSON.parse(readFileSync(path, 'utf8')) as { dependencies: Record<string, string> }).dependencies
  const [ours, theirs] = [read(join(ROOT, 'package.json')), read(join(RIVALS, 'package.json'))]
  const shared = Object.keys(theirs).filter((name) => name in ours)
  expect(shared).toEqual(['ioredis', 'libsql', 'mysql2', 'ws'])
  for (const name of shared) expect(theirs[name], name).toBe(ours[name])
})
