import { parseArgs } from 'node:util'
import { openLab, type Lab } from './lab.ts'
import { listRows, loadRow } from './list-rows.ts'
import { openFilesMax } from './processes.ts'
import { isReached, median, summarize, toSamples } from './ratio.ts'
import { appendResults, type Result } from './results.ts'
import type { Figure, Row } from './row.ts'
import { type Pair, runPairs } from './run-pairs.ts'
import { toNumber, toReach } from './words.ts'
import { describeMachine, findCommit } from './versions.ts'

/*
 * `npm run bench`: every row; `npm run bench -- send storm`: these. Each side is measured in turn, five times or more, and
 * what counts is the median of the ratios, because machines are noisy. With fewer pairs (`--pairs 1`, to try something)
 * nothing is kept; otherwise a line for each figure goes to `results/`, from which `npm run bench:docs` draws the tables.
 */
const PAIRS = 5

const { values, positionals } = parseArgs({ allowPositionals: true, options: { pairs: { type: 'string' } } })
const pairs = Number(values.pairs ?? PAIRS)
const known = listRows()
const unknown = positionals.filter((name) => !known.includes(name))
if (unknown.length > 0 || !Number.isInteger(pairs) || pairs < 1) {
  console.error(`There is no row ${unknown.join(', ')}. There are: ${known.join(', ')}. --pairs takes a number.`)
  process.exit(1)
}

const machine = describeMachine()
const commit = findCommit()
console.log(
  `Commit ${commit}, ${machine.cores} cores (${machine.cpu}), load ${machine.busy} before it begins, ${pairs} pairs`,
)
if (machine.busy > 1) console.log('This machine is busy: what is measured on it is rough.')
// What was started ends with us.
for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => process.exit(1))
const versions = Object.entries(machine.versions).map(([name, version]) => `${name} ${version}`)
console.log(versions.join(', '))
const failed: string[] = []
const lab = openLab()
try {
  for (const name of positionals.length > 0 ? positionals : known) {
    try {
      await measure(name, lab)
    } catch (error) {
      failed.push(name)
      console.error(`\n${name} could not be measured:`, error)
    }
  }
} finally {
  await lab.close()
}
if (failed.length > 0) console.error(`\nNot measured: ${failed.join(', ')}`)
process.exit(failed.length > 0 ? 1 : 0)

async function measure(name: string, lab: Lab): Promise<void> {
  const row = await loadRow(name)
  console.log(`\n── ${name}: ${row.measures}`)
  const needed = row.openFiles ?? 0
  if (needed > openFilesMax()) {
    throw new Error(
      `It takes ${needed} open files a process and this shell allows ${openFilesMax()}: run "ulimit -n ${needed}" first.`,
    )
  }
  const experiment = await row.begin(lab)
  let measured: Pair[]
  try {
    measured = await runPairs(experiment, pairs, (side, quantities) => {
      const said = Object.entries(quantities).map(([quantity, value]) => `${quantity} ${toNumber(value)}`)
      console.log(`   ${side}: ${said.join(', ')}`)
    })
  } finally {
    await experiment.end()
  }
  const results = row.figures.map((figure) => toResult(name, row, figure, measured))
  for (const result of results) print(result)
  if (pairs >= PAIRS) appendResults(results)
}

function toResult(name: string, row: Row, figure: Figure, measured: readonly Pair[]): Result {
  const samples = toSamples(figure, measured)
  const rival = figure.rival === undefined ? undefined : row.sides[figure.rival]
  return {
    at: new Date().toISOString(),
    ...{ commit, row: name, measures: row.measures, figure: figure.what, unit: figure.unit },
    ours: row.sides[figure.ours]?.what ?? figure.ours,
    ...(rival === undefined ? {} : { rival: rival.what }),
    ...(rival?.lacks === undefined ? {} : { lacks: rival.lacks }),
    ...{ samples, besides: toMedians(measured), reach: figure.reach },
    isReached: isReached(figure.reach, summarize(samples)),
    machine,
  }
}

function toMedians(measured: readonly Pair[]): Result['besides'] {
  const sides = Object.entries(measured[0] ?? {})
  return Object.fromEntries(
    sides.map(([side, quantities]) => [
      side,
      Object.fromEntries(
        Object.keys(quantities).map((quantity) => [
          quantity,
          median(measured.map((pair) => pair[side]?.[quantity] ?? Number.NaN)),
        ]),
      ),
    ]),
  )
}

function print({ figure, unit, ours, rival, lacks, samples, reach, isReached }: Result): void {
  const { ratio, least, most, ...middle } = summarize(samples)
  const mark = isReached ? '✓' : '✗'
  const range = `(${toNumber(least)} to ${toNumber(most)}), to reach ${toReach(reach)}`
  if (rival === undefined) return console.log(`   ${mark} ${figure}: ${toNumber(middle.ours)} ${unit} ${range}`)
  console.log(`   ${mark} ${figure}: ${toNumber(ratio)} times ${range}`)
  console.log(`     ${ours}: ${toNumber(middle.ours)} ${unit}; ${rival}: ${toNumber(middle.rival)} ${unit}`)
  if (lacks !== undefined) console.log(`     What the rival does not do: ${lacks}`)
}
