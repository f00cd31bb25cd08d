import { expect, test } from 'vitest'
import type { Result } from '../results.ts'
import { ratioAtMost } from '../row.ts'
import { toNeeds, toStrains } from './campus.ts'
import { type Costs, COST_ROWS, toCosts } from './costs.ts'
import { type LectureOptions, simulateLecture } from './lecture.ts'
import { renderScale } from './page.ts'
import { createTimeline } from './timeline.ts'

const costs: Costs = {
  ...{ sendCpuMs: 0.1, heardSendCpuMs: 0.05, deliveryCpuMs: 0.01, resumeCpuMs: 1, resumeStatements: 0.5 },
  ...{ sendStatements: 0.1, idleSocketBytes: 40_000, storedMessageBytes: 400, catchUpBytes: 50, liveBytes: 400 },
  logSendsPerSecond: 5_000,
}
const lecture: LectureOptions = {
  ...{ phones: 2_000, processes: 2, withinSeconds: 60, writingShare: 0.1, hearers: 8, announcements: 5 },
  ...{ commitMs: 4, batchMax: 500, seed: 7 },
}

test('what happens, happens in the order of its time, and at one moment in the order in which it was said', () => {
  const timeline = createTimeline()
  const seen: string[] = []
  for (const time of [5, 1, 9, 3, 7, 1, 2]) timeline.at(time, () => seen.push(`${time}@${timeline.now()}`))
  timeline.at(3, () => timeline.at(1, () => seen.push(`late@${timeline.now()}`)))
  timeline.run()
  expect(seen).toEqual(['1@1', '1@1', '2@2', '3@3', 'late@3', '5@5', '7@7', '9@9'])
})

test('an idle server answers in what the work itself takes', () => {
  const outcome = simulateLecture(costs, { ...lecture, phones: 10, announcements: 0, writingShare: 1 })
  expect(outcome.resumeP50Ms).toBeCloseTo(costs.resumeCpuMs, 6)
  expect(outcome.sendP50Ms).toBeCloseTo(costs.sendCpuMs + lecture.commitMs, 6)
  expect(outcome.sendsPerCommit).toBeLessThan(1.5)
})

test('a process that is asked for more than it can makes everybody wait, and a second one takes half of it', () => {
  // 2,000 resumes of 60 ms are two minutes of work that come within one.
  const slow = { ...costs, resumeCpuMs: 60 }
  const one = simulateLecture(slow, { ...lecture, processes: 1 })
  const four = simulateLecture(slow, { ...lecture, processes: 4 })
  expect(one.processBusy).toBeGreaterThan(0.95)
  expect(one.resumeP99Ms).toBeGreaterThan(55_000)
  expect(four.resumeP99Ms).toBeLessThan(one.resumeP99Ms / 3)
})

test('sends that wait while one commits go together', () => {
  const crowd = { ...lecture, phones: 20_000, writingShare: 1, withinSeconds: 10, processes: 16 }
  const outcome = simulateLecture({ ...costs, resumeCpuMs: 0.01, heardSendCpuMs: 0 }, { ...crowd, hearers: 0 })
  expect(outcome.sendsPerCommit).toBeGreaterThan(3)
  expect(outcome.logBusy).toBeGreaterThan(0.5)
})

test('the same seed gives the same lecture', () => {
  expect(simulateLecture(costs, lecture)).toEqual(simulateLecture(costs, lecture))
})

test('ten times the people need ten times the disk, and more than that of cores, for each process hears of everything', () => {
  const [small, large] = [toNeeds(costs, 50_000), toNeeds(costs, 500_000)]
  expect(large.diskBytesPerYear / small.diskBytesPerYear).toBeCloseTo(10, 6)
  expect(large.cores / small.cores).toBeGreaterThan(10)
  // At some size no number of them is enough.
  expect(toNeeds(costs, 50_000_000).processes).toBe(Infinity)
})

test('the more people, the more of each limit is used, and the most strained comes first', () => {
  const [small, large] = [toStrains(costs, 1_000, 16), toStrains(costs, 10_000_000, 16)]
  for (const { what, used } of small) expect(large.find((one) => one.what === what)?.used, what).toBeGreaterThan(used)
  const used = large.map((strain) => strain.used)
  expect(used).toEqual(used.toSorted((one, other) => other - one))
  expect(large[0]?.used).toBeGreaterThan(1)
  expect(small[0]?.used).toBeLessThan(0.5)
})

test('costs come from the rows that measured them, and a row that did not run is asked for', () => {
  expect(() => toCosts([])).toThrow(`npm run bench -- ${COST_ROWS.join(' ')}`)
  const toRow = (row: string, besides: Result['besides']): Result => ({
    ...{ at: '', commit: '', row, measures: '', figure: '', unit: '', ours: '', rival: '', besides, isReached: true },
    ...{ samples: { ours: [], rival: [], ratio: [] }, reach: ratioAtMost(1) },
    machine: { cores: 2, cpu: '', busy: 0, versions: {} },
  })
  const found = toCosts([
    toRow('send', { 'ChatBox on MariaDB': { 'cpu ms': 0.2, 'sends/s': 4_000 } }),
    toRow('fanout', { ChatBox: { 'messages/s a core': 100_000 } }),
    toRow('processes', { '1': { 'cpu ms': 0.5, 'statements a send': 0.1 }, '4': { 'cpu ms': 0.8 } }),
    toRow('storm', { groups: { 'cpu ms a client': 1.2, 'statements a client': 0.3 } }),
    toRow('idle-memory', { ChatBox: { 'kB a socket': 30 } }),
    toRow('history', { '10^6 messages': { 'stored bytes a message': 350 } }),
    toRow('bytes-catchup', { ChatBox: { 'bytes a message': 50 } }),
    toRow('bytes-live', { ChatBox: { 'bytes a message': 500 } }),
  ])
  expect(found).toMatchObject({ sendCpuMs: 0.2, deliveryCpuMs: 0.01, idleSocketBytes: 30_000 })
  expect(found.heardSendCpuMs).toBeCloseTo(0.1, 6)
})

test('the page tells what a campus needs, the lecture and what each step asks for', () => {
  const page = renderScale(costs, 'in a test')
  expect(page).toContain('| a stored message, disk | 400 B |')
  expect(page).toContain('| databases, and Redis | 1 | 200 |')
  expect(page).toMatch(
    /\| 10,000,000 \| .+ \| a log for each faculty|\| 10,000,000 \| .+ \| (channels|more processes|spread|sessions|a Redis)/,
  )
  expect(page).not.toMatch(/NaN|undefined/)
})
