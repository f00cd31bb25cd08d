import { toNumber } from '../words.ts'
import { ASSUMED, toNeeds, toStrains, type Needs } from './campus.ts'
import type { Costs } from './costs.ts'
import { type LectureOptions, simulateLecture } from './lecture.ts'

const CAMPUS = 50_000
const WORLD = 10_000_000
const STEPS = [1_000, 10_000, 100_000, 1_000_000, 10_000_000]
/** Of one log, beyond which nobody runs more. */
const PROCESSES_MAX = 16
const LECTURE = {
  ...{ withinSeconds: 60, writingShare: 0.1, hearers: ASSUMED.hearers, announcements: 10 },
  ...{ commitMs: 4, batchMax: 500, seed: 1 },
}

/** `docs/scale.md`, from what the bench measured and what `campus.ts` assumes. */
export function renderScale(costs: Costs, measured: string): string {
  return `${[
    INTRODUCTION,
    `## What one of each costs\n\nMeasured ${measured}.`,
    renderTable(['thing', 'cost'], listCosts(costs)),
    '## What is assumed',
    renderTable(
      ['assumption', 'value'],
      Object.entries(ASSUMED).map(([name, value]) => [toWords(name), toNumber(value)]),
    ),
    '## What a campus and a world need',
    `A campus of ${toNumber(CAMPUS)} people is one log. A world of ${toNumber(WORLD)} is ${toNumber(WORLD / CAMPUS)} of them, each with a
database, a Redis and processes of its own, found by host name; they share nothing, so it is their sum.`,
    renderTable(['', `a campus of ${toNumber(CAMPUS)}`, `a world of ${toNumber(WORLD)}`], listNeeds(costs)),
    '## The start of a lecture',
    `A simulation ([tests/bench/scale/lecture.ts](../tests/bench/scale/lecture.ts)) of the costs above: the phones of ${toNumber(ASSUMED.onlineShare * 100)} % of all
come out within a minute, a tenth of their owners write, and ${LECTURE.announcements} things are said to all.`,
    renderTable(
      [
        'people',
        'processes',
        'back, p50 / p99',
        'a send, p50 / p99',
        'said to all, latest',
        'busiest process',
        'the log',
      ],
      [1_000, 10_000, CAMPUS, 100_000].flatMap((people) => listLectures(costs, people)),
    ),
    '## What breaks first, at each step of ten in one log',
    `How much of each limit is used at the busiest second, with as many processes as are needed and at most ${PROCESSES_MAX}: 1 is all of it.`,
    renderTable(
      ['people', 'first', 'used', 'then', 'what the step asks for'],
      STEPS.map((people) => toStep(costs, people)),
    ),
  ].join('\n\n')}\n`
}

const INTRODUCTION = `# How far it goes

Written by \`npm run bench:docs\` from [tests/bench/results](../tests/bench/results); nothing here is typed by hand. What one send, delivery
and so on costs is measured by the rows of \`npm run bench\`, what people do is assumed, and the rest is arithmetic and a simulation.`

function listCosts(costs: Costs): string[][] {
  return [
    ['a send, CPU of its process', `${toNumber(costs.sendCpuMs)} ms`],
    ['the same send, CPU of each other process', `${toNumber(costs.heardSendCpuMs)} ms`],
    ['a send, statements', toNumber(costs.sendStatements)],
    ['sends that one log takes', `${toNumber(costs.logSendsPerSecond)} /s`],
    ['a delivery to one more socket, CPU', `${toNumber(costs.deliveryCpuMs * 1_000)} µs`],
    ['a delivery, bytes', `${toNumber(costs.liveBytes)} B`],
    ['a resume with what was missed, CPU', `${toNumber(costs.resumeCpuMs)} ms`],
    ['a resume, statements', toNumber(costs.resumeStatements)],
    ['an idle socket, memory', toBytes(costs.idleSocketBytes)],
    ['a stored message, disk', toBytes(costs.storedMessageBytes)],
    ['a message caught up on, bytes', `${toNumber(costs.catchUpBytes)} B`],
  ]
}

function listNeeds(costs: Costs): string[][] {
  const needs = toNeeds(costs, CAMPUS)
  const campuses = WORLD / CAMPUS
  const line = (what: string, of: (needs: Needs) => number, show: (value: number) => string = toNumber) => [
    what,
    show(of(needs)),
    show(of(needs) * campuses),
  ]
  return [
    line('online at the busiest', ({ online }) => online),
    line('sends/s', ({ sendsPerSecond }) => sendsPerSecond),
    line('deliveries/s', ({ deliveriesPerSecond }) => deliveriesPerSecond),
    line('processes', ({ processes }) => processes),
    line('cores at work', ({ cores }) => cores),
    line('databases, and Redis', () => 1),
    line('statements/s', ({ databaseStatementsPerSecond }) => databaseStatementsPerSecond),
    line('memory of processes', ({ memoryBytes }) => memoryBytes, toBytes),
    line('disk a year', ({ diskBytesPerYear }) => diskBytesPerYear, toBytes),
    line('traffic a month', ({ trafficBytesPerMonth }) => trafficBytesPerMonth, toBytes),
    line(
      'a month',
      ({ eurosPerMonth }) => eurosPerMonth,
      (euros) => `€ ${toNumber(euros)}`,
    ),
  ]
}

function listLectures(costs: Costs, people: number): string[][] {
  const needed = Math.min(PROCESSES_MAX, toNeeds(costs, people).processes)
  return [...new Set([needed, Math.min(PROCESSES_MAX, needed * 4)])].map((processes) => {
    const options: LectureOptions = { ...LECTURE, phones: Math.round(people * ASSUMED.onlineShare), processes }
    const { resumeP50Ms, resumeP99Ms, sendP50Ms, sendP99Ms, ...more } = simulateLecture(costs, options)
    return [
      ...[toNumber(people), toNumber(processes), toPair(resumeP50Ms, resumeP99Ms), toPair(sendP50Ms, sendP99Ms)],
      ...[toMs(more.announcedMostMs), toPercent(more.processBusy), toPercent(more.logBusy)],
    ]
  })
}

function toStep(costs: Costs, people: number): string[] {
  const [first, second] = toStrains(costs, people, PROCESSES_MAX)
  if (first === undefined || second === undefined) throw new Error('nothing has a limit')
  const toUsed = ({ used }: { used: number }) => toNumber(used)
  const change = first.used < 0.5 ? 'nothing yet' : first.change
  return [toNumber(people), first.what, toUsed(first), `${second.what} (${toUsed(second)})`, change]
}

function renderTable(head: readonly string[], lines: readonly (readonly string[])[]): string {
  return [head, head.map(() => '---'), ...lines].map((cells) => `| ${cells.join(' | ')} |`).join('\n')
}

function toWords(name: string): string {
  return name.replaceAll(/[A-Z]/g, (letter) => ` ${letter.toLowerCase()}`)
}

function toBytes(bytes: number): string {
  const units = ['B', 'kB', 'MB', 'GB', 'TB', 'PB']
  const step = Math.max(0, Math.min(units.length - 1, Math.floor(Math.log10(bytes) / 3)))
  return `${toNumber(bytes / 1_000 ** step)} ${units[step] ?? ''}`
}

function toMs(ms: number): string {
  return ms < 1_000 ? `${toNumber(ms)} ms` : `${toNumber(ms / 1_000)} s`
}

function toPair(one: number, other: number): string {
  return `${toMs(one)} / ${toMs(other)}`
}

function toPercent(share: number): string {
  return `${Math.round(share * 100)} %`
}
