import * as v from 'valibot'

/* How much of something an operator chooses, as a number or as it is typed: `60`, `2 GB`. */

const UNITS: Readonly<Record<string, number>> = { B: 1, KB: 1e3, MB: 1e6, GB: 1e9, TB: 1e12 }
const number = v.pipe(
  v.number(),
  v.safeInteger('is not a whole number'),
  v.minValue(1, 'is less than 1'),
  v.maxValue(1e15, 'is too much'),
)

function readTyped(text: string): number {
  const [, digits = '', unit = 'B'] = /^(\d{1,15}(?:\.\d{1,6})?) *([KMGT]?B)?$/.exec(text.trim().toUpperCase()) ?? []
  return digits === '' ? Number.NaN : Math.round(Number(digits) * (UNITS[unit] ?? Number.NaN))
}

/** How many. */
export const count = v.union([
  number,
  v.pipe(v.string(), v.regex(/^ *\d{1,15} *$/, 'is not a whole number'), v.transform(Number), number),
])

/** Bytes, typed with a unit (thousands) or without. */
export const bytes = v.union([number, v.pipe(v.string(), v.transform(readTyped), number)])
