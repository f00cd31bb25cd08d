import { readFileSync } from 'node:fs'
import type * as v from 'valibot'
import { isDescribed } from '../shared/outline.ts'

/** A README that is written by hand, as its tables are held against the code. */
export interface Readme {
  readonly text: string
  /** What stands under one heading, up to the next of any rank. */
  section(heading: string): string
  /** The cells of the table under a heading, without its head. */
  table(heading: string): string[][]
  /** The names that a table tells, each with the names in its second cell. */
  fieldsTold(heading: string): [string | undefined, string[]][]
  /** Targets of links within it that lead nowhere. */
  brokenLinks(): string[]
}

export function readReadme(path: string): Readme {
  const text = readFileSync(path, 'utf8')
  const section = (heading: string) => {
    const [, rest] = text.split(`\n${heading}\n`)
    if (rest === undefined) throw new Error(`${path} has no heading "${heading}"`)
    return rest.split(/\n##/)[0] ?? ''
  }
  const table = (heading: string) => {
    const lines = section(heading)
      .split('\n')
      .filter((line) => line.startsWith('|'))
    return lines.slice(2).map((line) =>
      line
        .slice(1, -1)
        .split('|')
        .map((cell) => cell.trim()),
    )
  }
  return {
    text,
    section,
    table,
    fieldsTold: (heading) => table(heading).map(([type, fields]) => [names(type)[0], names(fields).sort()]),
    brokenLinks() {
      const anchors = [...text.matchAll(/^#+ (.+)$/gm)].map(([, heading = '']) =>
        heading
          .toLowerCase()
          .replace(/[^a-z0-9 -]/g, '')
          .replaceAll(' ', '-'),
      )
      anchors.push(...[...text.matchAll(/<a id="([^"]+)">/g)].map(([, name = '']) => name))
      const targets = [...text.matchAll(/\]\(#([^)]+)\)/g)].map(([, target = '']) => target)
      return targets.filter((target) => !anchors.includes(target))
    },
  }
}

/** What stands between backquotes. */
export function names(cell = ''): string[] {
  return [...cell.matchAll(/`([^`]+)`/g)].map(([, name]) => name ?? '')
}

/** A variant's types, each with its fields, as the tables of a README put them. */
export function fieldsOf(options: readonly { entries: Record<string, unknown> }[], known: readonly string[]) {
  return options.map(({ entries }) => [
    (entries.type as v.LiteralSchema<string, undefined>).literal,
    Object.keys(entries)
      .filter((name) => !known.includes(name))
      .sort(),
  ])
}

/** Exports of a module come sorted by name; here they are put in the order in which a README tells them. */
export function sortLike(told: readonly unknown[][], all: Record<string, number>): Record<string, number> {
  const order = told.map(([name]) => name)
  return Object.fromEntries(Object.entries(all).sort(([one], [other]) => order.indexOf(one) - order.indexOf(other)))
}

/** Every value that a schema lets be chosen from, however deep. */
export function valuesOf(schema: unknown): string[] {
  if (Array.isArray(schema)) return schema.flatMap(valuesOf)
  if (!isDescribed(schema)) return []
  const { type, options = [], entries = {}, item, wrapped, pipe = [] } = schema
  if (type === 'picklist') return options.map(String)
  // Rows within a frame have a table of their own.
  if (type === 'variant') return []
  // The first step of a pipe is this schema itself.
  return [...Object.values(entries), ...options, item, wrapped, ...pipe.slice(1)].flatMap(valuesOf)
}
