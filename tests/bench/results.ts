import { appendFileSync, existsSync, mkdirSync, readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import * as v from 'valibot'

const numbers = v.array(v.number())
/** One figure of a row, as a run measured it: a line of a file of `results/`. */
const result = v.object({
  at: v.string(),
  commit: v.string(),
  row: v.string(),
  measures: v.string(),
  figure: v.string(),
  unit: v.string(),
  ours: v.string(),
  rival: v.optional(v.string()),
  lacks: v.optional(v.string()),
  samples: v.object({ ours: numbers, rival: numbers, ratio: numbers }),
  /** What the sides measured besides, by side and quantity: a median each. */
  besides: v.record(v.string(), v.record(v.string(), v.number())),
  reach: v.object({
    of: v.picklist(['ratio', 'ours']),
    bound: v.picklist(['at least', 'at most']),
    value: v.number(),
  }),
  isReached: v.boolean(),
  machine: v.object({
    cores: v.number(),
    cpu: v.string(),
    busy: v.number(),
    versions: v.record(v.string(), v.string()),
  }),
})
export type Result = v.InferOutput<typeof result>

export const RESULTS = join(import.meta.dirname, 'results')

export function appendResults(results: readonly Result[], folder = RESULTS): void {
  mkdirSync(folder, { recursive: true })
  for (const one of results) appendFileSync(join(folder, `${one.at.slice(0, 10)}.jsonl`), `${JSON.stringify(one)}\n`)
}

/** All that was ever measured, oldest first. */
export function readResults(folder = RESULTS): Result[] {
  if (!existsSync(folder)) return []
  const files = readdirSync(folder).filter((name) => name.endsWith('.jsonl'))
  const lines = files.flatMap((name) => readFileSync(join(folder, name), 'utf8').split('\n'))
  return lines
    .filter((line) => line !== '')
    .map((line) => v.parse(result, JSON.parse(line)))
    .sort((one, other) => (one.at < other.at ? -1 : 1))
}

/** Of each figure what was measured last. */
export function toLatest(results: readonly Result[]): Result[] {
  return [...new Map(results.map((one) => [`${one.row}\n${one.figure}`, one])).values()]
}
