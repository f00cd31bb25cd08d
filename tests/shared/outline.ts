import type * as v from 'valibot'

/** What a schema asks for, as plain data: everything that either end of the wire can notice, and no sentence for people. */
export function outline(schema: unknown): unknown {
  if (!isDescribed(schema)) return null
  const { kind, type, pipe } = schema
  return pipe === undefined ? { kind, type, ...outlineParts(schema) } : pipe.map(outlineStep)
}

/** The first step of a pipe is a schema, whose own `pipe` is this one again. */
function outlineStep(step: Described): unknown {
  const { kind, type, requirement } = step
  if (kind === 'schema') return { kind, type, ...outlineParts(step) }
  // A function cannot be compared; the sentence of a check is the name that it has.
  if (typeof requirement === 'function') return { kind, type, message: step.message }
  return {
    kind,
    type,
    ...(requirement !== undefined && {
      requirement: requirement instanceof RegExp ? String(requirement) : requirement,
    }),
  }
}

function outlineParts(schema: Described): Record<string, unknown> {
  const { entries, options, item, wrapped, literal, key } = schema
  return {
    // What a field that is left out becomes.
    ...(schema.default !== undefined && { default: schema.default }),
    ...(literal !== undefined && { literal }),
    ...(key !== undefined && { key }),
    ...(wrapped !== undefined && { wrapped: outline(wrapped) }),
    ...(item !== undefined && { item: outline(item) }),
    ...(options !== undefined && { options: options.map((one) => (isDescribed(one) ? outline(one) : one)) }),
    ...(entries !== undefined && {
      entries: Object.fromEntries(
        Object.entries(entries)
          .sort(([one], [other]) => (one < other ? -1 : 1))
          .map(([name, entry]) => [name, outline(entry)]),
      ),
    }),
  }
}

/** The parts of valibot's schemas and actions that this reads. */
interface Described {
  kind: v.BaseSchema<unknown, unknown, v.BaseIssue<unknown>>['kind'] | 'validation' | 'transformation'
  type: string
  message?: unknown
  requirement?: unknown
  literal?: unknown
  default?: unknown
  key?: unknown
  pipe?: readonly Described[]
  entries?: Record<string, unknown>
  options?: readonly unknown[]
  items?: readonly unknown[]
  item?: unknown
  wrapped?: unknown
}

export function isDescribed(value: unknown): value is Described {
  return typeof value === 'object' && value !== null && 'kind' in value && 'type' in value
}
