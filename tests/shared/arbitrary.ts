import fc from 'fast-check'
import { isDescribed } from './outline.ts'

const ID = fc
  .tuple(fc.uuid({ version: [1, 2, 3, 4, 5, 6, 7, 8] }), fc.boolean())
  .map(([id, isKnown]) => (isKnown ? KNOWN : id))
const KNOWN = '01a208fd-3ffe-7409-aab2-b4b3c50e0b5d'
const EMOJI = fc.constantFrom('👍', '👩🏽‍🔬', '❤️')
/** What is no whole character has no place in UTF-8. */
const TEXT = fc.string({ unit: 'binary', maxLength: 12 }).filter((text) => text.isWellFormed())

/** Values that a schema takes, of all that the schemas of this protocol are made of; an id stands in several places. */
export function toArbitrary(schema: unknown): fc.Arbitrary<unknown> {
  if (!isDescribed(schema)) throw new Error('no schema')
  const { type, pipe, wrapped, item, entries, literal, options } = schema
  const steps = pipe ?? []
  const requirement = (step: string) => steps.find((one) => one.type === step)?.requirement
  switch (type) {
    case 'literal':
      return fc.constant(literal)
    case 'picklist':
      return fc.constantFrom(...(options ?? []))
    case 'boolean':
      return fc.boolean()
    case 'number': {
      const min = Number(requirement('min_value') ?? 0)
      const max = Number(requirement('max_value') ?? Number.MAX_SAFE_INTEGER)
      return fc.oneof(fc.integer({ min, max: Math.min(max, 1_000_000) }), fc.integer({ min, max }))
    }
    case 'string': {
      const pattern = requirement('regex')
      if (pattern instanceof RegExp) return pattern.source.includes('[1-8]') ? ID : fc.constant('PHN2Zz4=')
      return requirement('max_length') === undefined ? TEXT : EMOJI
    }
    case 'nullable':
      return fc.option(toArbitrary(wrapped), { nil: null })
    case 'array': {
      const minLength = Number(requirement('min_length') ?? 0)
      return fc.array(toArbitrary(item), { minLength, maxLength: 4 })
    }
    case 'tuple':
      return fc.tuple(...(schema.items ?? []).map(toArbitrary))
    case 'variant':
      return fc.oneof(...(options ?? []).map(toArbitrary))
    case 'object': {
      const all = Object.entries(entries ?? {})
      const isOptional = (entry: unknown) => isDescribed(entry) && entry.type === 'optional'
      const requiredKeys = all.filter(([, entry]) => !isOptional(entry)).map(([name]) => name)
      const fields = all.map(([name, entry]) => [
        name,
        toArbitrary(isDescribed(entry) && isOptional(entry) ? entry.wrapped : entry),
      ])
      return fc.record(Object.fromEntries(fields) as Record<string, fc.Arbitrary<unknown>>, {
        requiredKeys,
        noNullPrototype: true,
      })
    }
    default:
      throw new Error(`nothing is known of ${type}`)
  }
}
