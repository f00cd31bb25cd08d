import { drawRatios } from './plot.ts'
import { summarize } from './ratio.ts'
import type { Result } from './results.ts'
import { toNumber, toReach } from './words.ts'

/** `docs/performance.md` and its plots, by path below `docs/`, from what was measured last of each figure. */
export function renderPerformance(results: readonly Result[]): Record<string, string> {
  const rows = groupByRow(results)
  const files: Record<string, string> = {}
  const sections = [...rows].map(([row, figures]) => {
    const path = `performance/${row}.svg`
    const compared = figures.filter(({ rival }) => rival !== undefined)
    if (compared.length > 0) files[path] = drawRatios(`${row}: ours to the rival's`, compared.map(toPlotted))
    return renderRow(row, figures, compared.length > 0 ? [`![${row}](${path})`] : [])
  })
  const reached = results.filter(({ isReached }) => isReached).length
  files['performance.md'] = [
    INTRODUCTION,
    `${reached} of ${results.length} figures reach what they are to.`,
    ...sections,
  ]
    .join('\n\n')
    .concat('\n')
  return files
}

const INTRODUCTION = `# Performance, measured beside rivals

Written by \`npm run bench:docs\` from the lines in [tests/bench/results](../tests/bench/results), which \`npm run bench\` adds to;
nothing here is typed by hand. Ours and the rival's are measured in turn, each in processes of its own and with loads of their own,
at least five times, on one machine and in one run. What counts is the ratio of ours to the rival's: its median, and from the
least to the most of the pairs. The times beside it belong to that machine in that hour. In the plots a point is the median, the
line the range, the green band what is to be reached, and the grey line at 1 is "as much as the rival".`

function renderRow(row: string, figures: readonly Result[], plot: string[]): string {
  const [first] = figures
  const lacking = new Map(figures.flatMap(({ rival, lacks }) => (lacks === undefined ? [] : [[rival ?? '', lacks]])))
  return [
    `## ${row}`,
    first?.measures ?? '',
    ...plot,
    [
      '| figure | ours | beside | theirs | ours to theirs | range | to reach |',
      '| --- | --- | --- | --- | --- | --- | --- |',
      ...figures.map(renderFigure),
    ].join('\n'),
    ...[...lacking].map(([rival, lacks]) => `What ${rival} does not do: ${lacks}.`),
    `Measured ${renderPlace(figures)}.`,
  ].join('\n\n')
}

function renderFigure({ figure, unit, ours, rival, samples, reach, isReached }: Result): string {
  const { ratio, least, most, ...middle } = summarize(samples)
  const cells = [
    ...[figure, `${ours}: ${toNumber(middle.ours)} ${unit}`],
    ...(rival === undefined ? ['', '', ''] : [rival, `${toNumber(middle.rival)} ${unit}`, `**${toNumber(ratio)}**`]),
    ...[`${toNumber(least)} to ${toNumber(most)}`, `${toReach(reach)} ${isReached ? '✓' : '✗'}`],
  ]
  return `| ${cells.map((cell) => cell.trim().replaceAll('|', '\\|')).join(' | ')} |`
}

function renderPlace(figures: readonly Result[]): string {
  const [last] = figures.toSorted((one, other) => (one.at < other.at ? 1 : -1))
  if (last === undefined) return ''
  const { at, commit, machine, samples } = last
  const versions = Object.entries(machine.versions).map(([name, version]) => `${name} ${version}`)
  return `${at.slice(0, 10)}, commit ${commit}, ${samples.ours.length} times, ${machine.cores} cores of ${machine.cpu} with a load of ${machine.busy} before: ${versions.join(', ')}`
}

function groupByRow(results: readonly Result[]): Map<string, Result[]> {
  const rows = new Map<string, Result[]>()
  for (const result of results) rows.set(result.row, [...(rows.get(result.row) ?? []), result])
  return rows
}

function toPlotted({ figure, samples, reach, isReached }: Result) {
  const { ratio } = summarize(samples)
  return {
    ...{ label: figure, ratios: samples.ratio, median: ratio, isReached },
    reach: reach.of === 'ratio' ? { bound: reach.bound, value: reach.value } : undefined,
  }
}
