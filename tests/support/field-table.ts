import { randomUUID } from 'node:crypto'
import { names, type Readme } from './readme.ts'

/*
 * The tables of fields in a README as data: what somebody who has nothing but that page knows of a protocol. From a
 * form follow values that it allows, values that it does not, and whether a value is one of it.
 */

interface Bounds {
  min: number
  max: number
}

export type Form = { nullable: boolean } & (
  | { kind: 'values'; values: { value: string; needs: string[] }[] }
  | ({ kind: 'text' | 'line' } & Bounds)
  | ({ kind: 'lines' } & Bounds & { each: Bounds })
  | ({ kind: 'places' } & Bounds)
  | ({ kind: 'choice' } & Bounds)
  | ({ kind: 'number' } & Bounds)
  | { kind: 'id'; of: string }
  | ({ kind: 'files' | 'kept files' } & Bounds)
  | { kind: 'flag' | 'time' | 'receipt' | 'base64url' | 'code' | 'counts' | 'photo' | 'kept photo' }
)

export interface Field {
  /** The command or the row whose field it is. */
  of: string
  name: string
  form: Form
  mayBeLeftOut: boolean
}

/** The fields that a table tells, by their command or row. */
export function readFields(readme: Readme, heading: string): Map<string, Field[]> {
  const fields = new Map<string, Field[]>()
  for (const [of = '', name = '', form = '', leftOut = 'no'] of readme.table(heading)) {
    const field = { of: nameIn(of), name: nameIn(name), form: readForm(form), mayBeLeftOut: readAnswer(leftOut) }
    fields.set(field.of, [...(fields.get(field.of) ?? []), field])
  }
  return fields
}

function nameIn(cell: string): string {
  const [name, ...others] = names(cell)
  if (name === undefined || others.length > 0) throw new Error(`no single name: ${cell}`)
  return name
}

function readAnswer(cell: string): boolean {
  if (cell !== 'yes' && cell !== 'no') throw new Error(`neither yes nor no: ${cell}`)
  return cell === 'yes'
}

const SIMPLE = {
  'true or false': { kind: 'flag' },
  time: { kind: 'time' },
  receipt: { kind: 'receipt' },
  base64url: { kind: 'base64url' },
  code: { kind: 'code' },
  position: { kind: 'number', min: 0, max: Number.MAX_SAFE_INTEGER },
  'whole number': { kind: 'number', min: 0, max: Number.MAX_SAFE_INTEGER },
  'list of `{option, count}`': { kind: 'counts' },
  photo: { kind: 'photo' },
  'photo in a row': { kind: 'kept photo' },
} as const

/** Throws for a form that is none. */
function readForm(cell: string): Form {
  const nullable = /,? or null$/.test(cell)
  const told = cell.replace(/,? or null$/, '')
  if (told in SIMPLE) return { nullable, ...SIMPLE[told as keyof typeof SIMPLE] }
  if (told.startsWith('`')) return { nullable, kind: 'values', values: readValues(told) }
  const [, of] = /^id of (?:an? )?(another question|\w+)$/.exec(told) ?? []
  if (of !== undefined) return { nullable, kind: 'id', of }
  const [first = 0, second = 0, third = 0, fourth = 0] = [...told.matchAll(/\d+/g)].map(([number]) => Number(number))
  const bounds = { min: first, max: second }
  switch (told.replaceAll(/\d+/g, '#')) {
    case 'text, # to #':
      return { nullable, kind: 'text', ...bounds }
    case 'line, # to #':
      return { nullable, kind: 'line', ...bounds }
    case 'whole number, # to #':
      return { nullable, kind: 'number', ...bounds }
    case 'places, # to #':
      return { nullable, kind: 'places', ...bounds }
    case 'list of files, # to #':
      return { nullable, kind: 'files', ...bounds }
    case 'files in a row, # to #':
      return { nullable, kind: 'kept files', ...bounds }
    case 'places, # to #, or a word, # to #':
      return { nullable, kind: 'choice', ...bounds }
    case 'list of lines, # to # of # to #':
      return { nullable, kind: 'lines', ...bounds, each: { min: third, max: fourth } }
    default:
      throw new Error(`no form: ${cell}`)
  }
}

function readValues(told: string): { value: string; needs: string[] }[] {
  return [...told.matchAll(/`([^`]+)`(?: \(with ([^)]+)\))?/g)].map(([, value = '', needs]) => ({
    value,
    needs: names(needs),
  }))
}

/** A value that fits, with the fields that have to be there beside it. */
export interface Sample {
  value: unknown
  needs: string[]
}

/** Every value of a form that has few, and those at its bounds; `ids` knows what is there. The first is the plainest. */
export function listSamples(form: Form, ids: (of: string) => string): Sample[] {
  const samples = [...listValues(form, ids), ...(form.nullable ? [null] : [])]
  const needsOf = (value: unknown) =>
    form.kind === 'values' ? (form.values.find((one) => one.value === value)?.needs ?? []) : []
  return samples.map((value) => ({ value, needs: needsOf(value) }))
}

function listValues(form: Form, ids: (of: string) => string): unknown[] {
  switch (form.kind) {
    case 'values':
      return form.values.map(({ value }) => value)
    case 'flag':
      return [true, false]
    case 'time':
      return [Date.UTC(2040, 0, 1), 0]
    case 'number':
      return [form.min, form.max]
    case 'text':
      return ['Some\nwords', 'x'.repeat(form.max), ...(form.min === 0 ? [''] : ['x'])]
    case 'line':
      return ['A line', 'x'.repeat(form.max), 'x'.repeat(form.min)]
    case 'lines':
      return [
        Array.from({ length: Math.max(2, form.min) }, (_, at) => `line ${at}`),
        Array.from({ length: form.max }, (_, at) => String(at).padEnd(form.each.max, 'x')),
        Array.from({ length: form.min }, (_, at) => String(at)),
      ]
    case 'places':
      return [[0], [1]]
    case 'id':
      return [ids(form.of)]
    case 'files':
      return [[], [{ id: ids('file') }], [{ id: ids('file'), description: 'x'.repeat(500) }]]
    case 'photo':
    case 'kept photo':
    case 'kept files':
    case 'choice':
    case 'receipt':
    case 'base64url':
    case 'code':
    case 'counts':
      throw new Error(`staff send no ${form.kind}`)
  }
}

/** Values that are not of a form, with what is wrong with each; what has an error of its own is left out. */
export function listStrangers(form: Form): [what: string, value: unknown][] {
  const others: [string, unknown][] = form.nullable ? [] : [['null', null]]
  switch (form.kind) {
    case 'values':
      return [...others, ['a value that is not in the table', 'unheard-of'], ['a number', 1]]
    case 'flag':
      return [...others, ['a number', 1], ['a word', 'yes']]
    case 'time':
      return [...others, ['before 1970', -1], ['a date in words', '2040-01-01']]
    case 'number':
      return [...others, ['too few', form.min - 1], ['half of one', 0.5], ['a text', '1'], ['too many', form.max + 1]]
    case 'text':
      return [...others, ['a number', 1]]
    case 'line':
      return [...others, ['nothing', ''], ['too long a line', 'x'.repeat(form.max + 1)], ['a number', 1]]
    case 'lines':
      return [
        ...others,
        ['too long a list', Array.from({ length: form.max + 1 }, (_, at) => String(at))],
        ['too long a line', ['a', 'x'.repeat(form.each.max + 1)]],
        ['a text', 'a'],
      ]
    case 'places':
      return [...others, ['none', []], ['a place before the first', [-1]], ['a text', '0']]
    case 'id':
      return [...others, ['no UUID', 'me'], ['in upper case', randomUUID().toUpperCase()]]
    case 'files':
      return [
        ...others,
        ['too many files', Array.from({ length: form.max + 1 }, () => ({ id: randomUUID() }))],
        ['a file without an id', [{ description: 'A sheet' }]],
        ['too long a description', [{ id: randomUUID(), description: 'x'.repeat(501) }]],
        ['an id alone', [randomUUID()]],
      ]
    default:
      throw new Error(`staff send no ${form.kind}`)
  }
}

const UUID = /^[0-9a-f]{8}-[0-9a-f]{4}-[1-8][0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/

/** Whether a value that came over the wire is one of a form. */
export function isOfForm(form: Form, value: unknown): boolean {
  if (value === null) return form.nullable
  const isWithin = ({ min, max }: Bounds, length: number) => length >= min && length <= max
  const isWhole = (of: unknown): of is number => Number.isSafeInteger(of)
  switch (form.kind) {
    case 'values':
      return form.values.some((one) => one.value === value)
    case 'flag':
      return typeof value === 'boolean'
    case 'time':
      return isWhole(value) && value >= 0
    case 'number':
      return isWhole(value) && isWithin(form, value)
    case 'text':
      return typeof value === 'string' && isWithin(form, value.length)
    case 'line':
      return typeof value === 'string' && isWithin(form, value.length) && !/[\n\r]/.test(value)
    case 'lines':
      return (
        Array.isArray(value) &&
        isWithin(form, value.length) &&
        value.every((one) => isOfForm({ nullable: false, kind: 'line', ...form.each }, one))
      )
    case 'places':
      return Array.isArray(value) && isWithin(form, value.length) && value.every((one) => isWhole(one) && one >= 0)
    case 'id':
      return typeof value === 'string' && (form.of === 'classroom' ? /^[a-z2-7]{12}$/ : UUID).test(value)
    case 'code':
      return typeof value === 'string' && /^[a-z2-9]{8}$/.test(value)
    case 'base64url':
      return typeof value === 'string' && /^[\w-]+$/.test(value)
    case 'counts':
      return (
        Array.isArray(value) &&
        value.every((one: object) => Object.keys(one).sort().join() === 'count,option' && 'count' in one)
      )
    case 'kept photo':
      return hasFields(value, ['bytes', 'height', 'id', 'preview', 'width'])
    case 'kept files':
      return (
        Array.isArray(value) &&
        isWithin(form, value.length) &&
        value.every((one) => hasFields(one, ['bytes', 'id', 'kind', 'name', 'type']))
      )
    case 'receipt':
    case 'choice':
    case 'photo':
    case 'files':
      return false
  }
}

function hasFields(value: unknown, fields: readonly string[]): boolean {
  return typeof value === 'object' && value !== null && fields.every((field) => field in value)
}
