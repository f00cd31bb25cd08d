import type { Field, Form } from '../support/field-table.ts'
import { isDescribed } from './outline.ts'

/** What of a field a table and a schema both tell, in words that can be compared. */
export interface Told {
  leftOut: boolean
  nullable: boolean
  is: 'text' | 'number' | 'flag' | 'list' | 'either' | string[]
  /** The longest, or the greatest, where there is a bound. */
  max: number | null
}

export function toldByTable({ form, mayBeLeftOut }: Field): Told {
  const is = form.kind === 'values' ? form.values.map(({ value }) => value) : IS[form.kind]
  const isBound = 'max' in form && form.kind !== 'choice' && form.max !== Number.MAX_SAFE_INTEGER
  return { leftOut: mayBeLeftOut, nullable: form.nullable, is, max: isBound ? form.max : null }
}

const IS: Record<Exclude<Form['kind'], 'values'>, Exclude<Told['is'], string[]>> = {
  ...{ text: 'text', line: 'text', id: 'text', receipt: 'text', base64url: 'text', code: 'text' },
  ...{ number: 'number', time: 'number', flag: 'flag', lines: 'list', places: 'list', counts: 'list' },
  ...{ files: 'list', 'kept files': 'list', photo: 'either', 'kept photo': 'either', choice: 'either' },
}

const TYPES: Record<string, Exclude<Told['is'], string[]>> = {
  ...{ string: 'text', number: 'number', boolean: 'flag', array: 'list', union: 'either' },
}

/** The same of a schema; its bound only where a check on it says one. */
export function toldBySchema(schema: unknown): Told {
  const told: Told = { leftOut: false, nullable: false, is: 'text', max: null }
  look(schema, told)
  return told
}

function look(schema: unknown, told: Told): void {
  if (!isDescribed(schema)) throw new Error('no schema')
  const { type, pipe, wrapped, options } = schema
  if (type === 'optional') told.leftOut = true
  if (type === 'nullable') told.nullable = true
  if (wrapped !== undefined) return look(wrapped, told)
  told.is = type === 'picklist' ? (options ?? []).map(String) : (TYPES[type] ?? 'either')
  for (const step of pipe ?? []) {
    if (step.type === 'max_length' || (step.type === 'max_value' && Number(step.requirement) < 1e6))
      told.max = Number(step.requirement)
    // A pipe within a pipe is its first step.
    if (step !== schema && step.kind === 'schema' && step.pipe !== undefined && step !== pipe?.[0]) look(step, told)
  }
}
