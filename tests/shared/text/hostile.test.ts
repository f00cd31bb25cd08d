import { beforeAll, expect, test } from 'vitest'
import { readText } from '../../../shared/text/read-text.ts'
import { toPlainText } from '../../../shared/text/plain-text.ts'

/*
 * Texts that were built to be slow, at 10,000 characters and at a quarter of that. Where the work is linear the long
 * one takes four times as long; where it is quadratic, sixteen times. Only the ratio is judged, the best of a few
 * measurements of each, and only where there is something to measure.
 */
const LONG = 10_000
const SHORT = LONG / 4
const RATIO_MAX = 9
const TOO_SHORT_TO_MEASURE_MS = 2
const ATTEMPTS = 20

const mentions = new Map([['ada', { id: 'user-ada', name: 'Ada' }]])

const repeated = [
  ...[
    '[',
    ']',
    '[]',
    '[](',
    '![](',
    '[a](',
    '[a](<b',
    '[a](b "',
    "[a](b '",
    '[a](b (',
    '[x](a(',
    '![[]()',
    '[![',
    '[a]: ',
  ],
  ...['*', '_', '*a **a ', '*a_ ', '**a*', '**x*y**z* ', '***a', '_a__b', 'a**b', '"*', '*a* ', 'a*b_c~~d', '~', '~~a'],
  ...['`', 'a`', '` `` ``` ', '$', '$a ', '$$a ', '$$$a ', '$a$', '$\\', '\\', '\\$', '\\[', '&#', '&a', '!', '😀*'],
  ...['> ', '>', '>a\n', '> > \n', '- ', '1. ', '> - ', '* a\n', '- a\n  ', '* * ', '- - - x', '# ', '#\n', '---\n'],
  ...['```\n', '```a\n', '~~~~~\n\n', '$$\n', '$$a\n', '|a|\n|-|\n', '\n', ' \n', '\t', 'a\n\n', '  \n*', ' '],
  ...[
    'http://',
    'https:',
    'https://a.',
    'https://a(',
    'https://a[(',
    'http://a:a@',
    'http://:',
    'mailto:',
    'https://a.b ',
    'https://a.b/!',
    'https://a.b/(a)',
    'https://a@b/~',
    'https://a.b/"',
  ],
  ...['a@', 'a@a.', 'a.a-a_a@', '@', '@a', '@ada ', '@ada_', '<', '<a@a.', '<https:', '<!--', '<![CDATA[', '<?', ':'],
]

const around: [string, string][] = [
  ['[', ']'],
  ['[', '](u)'],
  ['![', '](https://a.example)'],
  ['*a ', ' b*'],
  ['_*', '*_'],
  ['~~a ', ' b~~'],
  ['https://a.example/(', ')'],
  ['<', '>'],
]

const patterns: [string, (length: number) => string][] = [
  ...repeated.map((unit): [string, (length: number) => string] => [
    JSON.stringify(unit),
    (length) => `${unit.repeat(length / unit.length)}*`,
  ]),
  ...around.map(([open, close]): [string, (length: number) => string] => [
    `${open}…${close}`,
    (length) => `${open.repeat(length / 2 / open.length)}${close.repeat(length / 2 / close.length)}`,
  ]),
  ['ever deeper quotes', (length) => rows(Math.sqrt(2 * length), (row) => `${'>'.repeat(row)}a`)],
  ['ever deeper lists', (length) => rows(Math.sqrt(length), (row) => `${'  '.repeat(row)}- a`)],
  ['ever longer runs of backticks', (length) => rows(Math.sqrt(2 * length), (row) => '`'.repeat(row))],
  ['formulas in a list that no line ends', (length) => `- ${'$$a\n  '.repeat(length / 6)}\nx$$`],
  ['a long line of space', (length) => `*a${' '.repeat(length)}b`],
  ['an address of dots', (length) => `https://a${'.'.repeat(length)}*`],
  ['a local part of dots', (length) => `${'a.'.repeat(length / 2)}@*`],
  ['a domain without an end', (length) => `*a@${'a.'.repeat(length / 2)}!`],
  ['a label of domains', (length) => `[${'a.'.repeat(length / 2)}!](https://a.example)`],
  ['digits', (length) => `*${'1'.repeat(length)}`],
]

function rows(count: number, toRow: (row: number) => string): string {
  return Array.from({ length: count }, (_, row) => toRow(row)).join('\n')
}

/** In time of this process alone, whatever else the machine does. */
function measure(work: (text: string) => unknown, text: string): number {
  const before = process.cpuUsage()
  work(text)
  const { user, system } = process.cpuUsage(before)
  return (user + system) / 1_000
}

/** How much longer the long text takes, or 0 when it takes too short a time to say so. */
function findRatio(work: (text: string) => unknown, toText: (length: number) => string): number {
  const long = toText(LONG).slice(0, LONG)
  const short = toText(SHORT).slice(0, SHORT)
  let forLong = Infinity
  let forShort = Infinity
  for (let attempt = 0; attempt < ATTEMPTS; attempt++) {
    forShort = Math.min(forShort, measure(work, short))
    forLong = Math.min(forLong, measure(work, long))
    if (forLong < TOO_SHORT_TO_MEASURE_MS || (attempt > 0 && forLong / forShort < RATIO_MAX)) break
  }
  return forLong < TOO_SHORT_TO_MEASURE_MS ? 0 : forLong / forShort
}

beforeAll(() => {
  for (const [, toText] of patterns) readText(toText(SHORT), mentions)
})

test.each(patterns)('the work on %s grows with its length', (_, toText) => {
  expect(findRatio((text) => readText(text, mentions), toText)).toBeLessThan(RATIO_MAX)
})

test('the line of a hostile text takes as long as that of a short one', () => {
  for (const [name, toText] of patterns) {
    expect(toPlainText(toText(LONG)), name).toBe(toPlainText(toText(LONG).slice(0, 2_000)))
  }
})

test('a measurement tells what is quadratic', () => {
  const quadratic = (text: string) => Array.from({ length: text.length / 10 }, () => /[!]/.test(text))
  expect(findRatio(quadratic, (length) => 'a'.repeat(length))).toBeGreaterThan(RATIO_MAX)
})
