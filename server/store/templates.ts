import type { Compilable, CompiledQuery } from 'kysely'
import type { Database } from './schema.ts'

/** Stands for a value while a statement is put together. */
class Place {
  constructor(readonly index: number) {}
}

/** By what writes them, which is another one for each database: the statements that were put together, with places for their values. */
const templates = new WeakMap<object, Map<string, CompiledQuery>>()

/** Beyond so many values a statement takes the database longer than Kysely, and its shape seldom comes again. */
const VALUES_MAX = 8
/** All that are used are some dozens. */
const SHAPES_MAX = 500

/**
 * The statement that `build` makes of these values. Kysely takes longer to put one together than the database to answer
 * it, so that is done once for each `shape`, which has to name all in which two of them differ besides their values: the
 * table, how many values there are, and how they hang together. Each value has to become a parameter. Throws when it does not.
 */
export function fill<Row, Value>(
  db: Database,
  shape: string,
  values: readonly Value[],
  build: (values: readonly Value[]) => Compilable<Row>,
): CompiledQuery<Row> {
  if (values.length > VALUES_MAX) return build(values).compile()
  const { adapter } = db.getExecutor()
  const known = templates.get(adapter) ?? new Map<string, CompiledQuery>()
  templates.set(adapter, known)
  const template = known.get(shape) ?? toTemplate(shape, values.length, build)
  if (known.size < SHAPES_MAX) known.set(shape, template)
  const parameters = template.parameters.map((one) => (one instanceof Place ? values[one.index] : one))
  return { ...template, parameters }
}

function toTemplate(shape: string, count: number, build: (values: readonly never[]) => Compilable): CompiledQuery {
  const places = Array.from({ length: count }, (_, index) => new Place(index))
  const template = build(places as unknown as readonly never[]).compile()
  const missing = places.filter((place) => !template.parameters.includes(place))
  if (missing.length > 0) throw new Error(`${missing.length} values of the statement "${shape}" are no parameters`)
  return template
}
