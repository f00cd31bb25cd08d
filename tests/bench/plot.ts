/** A figure as the plot shows it: where the ratios of the pairs lie, and where they are to lie. */
export interface PlottedFigure {
  label: string
  ratios: readonly number[]
  median: number
  reach: { bound: 'at least' | 'at most'; value: number } | undefined
  isReached: boolean
}

const WIDTH = 860
const LABELS = 430
const LINE = 26
const TOP = 34
const RIGHT = 24

/** Each follows the reader's theme, also where the picture is shown by itself. */
const STYLE = `
  text { font: 13px system-ui, sans-serif; fill: #1f2328 } .small { font-size: 11px; fill: #59636e }
  .grid { stroke: #d1d9e0 } .even { stroke: #818b98; stroke-width: 1.5 } .reach { fill: #2da44e; opacity: .14 }
  .range { stroke: #59636e; stroke-width: 3; stroke-linecap: round } .good { fill: #1a7f37 } .short { fill: #bc4c00 }
  @media (prefers-color-scheme: dark) {
    text { fill: #e6edf3 } .small { fill: #9198a1 } .grid { stroke: #3d444d } .even { stroke: #9198a1 }
    .reach { fill: #3fb950; opacity: .2 } .range { stroke: #9198a1 } .good { fill: #3fb950 } .short { fill: #f0883e }
  }`

/** Ratios on a logarithmic scale, so that twice as much and half as much lie as far from one; a band shows what is to be reached. */
export function drawRatios(title: string, figures: readonly PlottedFigure[]): string {
  const values = figures.flatMap(({ ratios, reach }) => [...ratios, ...(reach === undefined ? [] : [reach.value]), 1])
  const [from, to] = [Math.floor(toLog(Math.min(...values))), Math.ceil(toLog(Math.max(...values)))]
  const x = (value: number) => round(LABELS + ((toLog(value) - from) / (to - from || 1)) * (WIDTH - LABELS - RIGHT))
  const height = TOP + figures.length * LINE + 10
  const powers = Array.from({ length: to - from + 1 }, (_, step) => 2 ** (from + step))
  const every = Math.ceil(powers.length / 9)
  const grid = powers.flatMap((power, step) => [
    `<line class="${power === 1 ? 'even' : 'grid'}" x1="${x(power)}" x2="${x(power)}" y1="${TOP - 8}" y2="${height - 8}"/>`,
    ...(step % every === 0 || power === 1
      ? [`<text class="small" text-anchor="middle" x="${x(power)}" y="${TOP - 14}">${toTimes(power)}</text>`]
      : []),
  ])
  const lines = figures.flatMap(({ label, ratios, median, reach, isReached }, place) => {
    const y = TOP + place * LINE + LINE / 2
    const [left, right] =
      reach?.bound === 'at least' ? [x(reach.value), WIDTH - RIGHT] : [LABELS, reach === undefined ? 0 : x(reach.value)]
    return [
      ...(reach === undefined || right <= left
        ? []
        : [`<rect class="reach" x="${left}" y="${y - 10}" width="${round(right - left)}" height="20"/>`]),
      `<text text-anchor="end" x="${LABELS - 10}" y="${y + 4}">${escape(label)}</text>`,
      `<line class="range" x1="${x(Math.min(...ratios))}" x2="${x(Math.max(...ratios))}" y1="${y}" y2="${y}"/>`,
      `<circle class="${isReached ? 'good' : 'short'}" cx="${x(median)}" cy="${y}" r="5"/>`,
    ]
  })
  return [
    `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${WIDTH} ${height}" width="${WIDTH}" role="img" aria-label="${escape(title)}">`,
    `<title>${escape(title)}</title><style>${STYLE}</style>`,
    ...[...grid, ...lines].map((line) => `  ${line}`),
    '</svg>\n',
  ].join('\n')
}

function toLog(value: number): number {
  return Math.log2(Math.max(value, 2 ** -20))
}

function toTimes(power: number): string {
  return power >= 1 ? String(power) : `1/${1 / power}`
}

function round(value: number): number {
  return Math.round(value * 10) / 10
}

function escape(text: string): string {
  return text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('"', '&quot;')
}
