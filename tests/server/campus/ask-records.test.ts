import fc from 'fast-check'
import { DummyDriver, Kysely, MysqlAdapter, MysqlQueryCompiler, SqliteAdapter, SqliteQueryCompiler } from 'kysely'
import { expect, test } from 'vitest'
import { askRecords } from '../../../server/campus/ask-records.ts'
import type { Needs } from '../../../server/campus/needs.ts'
import type { Database, Schema } from '../../../server/store/schema.ts'

/** Puts statements together, as a store does that was just opened, and asks nobody. */
function createWriter(kind: 'sqlite' | 'mysql'): Database {
  const isSqlite = kind === 'sqlite'
  return new Kysely<Schema>({
    dialect: {
      createAdapter: () => (isSqlite ? new SqliteAdapter() : new MysqlAdapter()),
      createDriver: () => new DummyDriver(),
      createQueryCompiler: () => (isSqlite ? new SqliteQueryCompiler() : new MysqlQueryCompiler()),
      createIntrospector: () => expect.unreachable(),
    },
  })
}

const say = (db: Database, needs: Needs) =>
  askRecords(db, needs).statements.map((one) => {
    const { sql, parameters } = 'compile' in one ? one.compile() : one
    return { sql, parameters }
  })

const someOf = (name: string) =>
  fc.uniqueArray(
    fc.integer({ min: 0, max: 5 }).map((n) => `${name} ${n}`),
    { maxLength: 4 },
  )
const someSet = someOf('one').map((ids) => new Set(ids))
const somePairs = fc
  .array(fc.tuple(fc.constantFrom('here', 'there', 'beyond'), someOf('who')), { maxLength: 3 })
  .map((pairs) => new Map(pairs.map(([id, people]) => [id, new Set(people)])))
const annotated = fc
  .array(fc.tuple(fc.constantFrom('a', 'b', 'c'), fc.constantFrom('here', 'there')))
  .map((of) => new Map(of))

/** Each of what a batch may have to know, some of it or nothing. */
const someNeeds: fc.Arbitrary<Needs> = fc.record({
  ...{ users: someSet, speakers: someSet, circles: someSet, handles: someSet, looks: someSet, rosters: someSet },
  ...{ messages: someSet, files: someSet, unpublished: someSet, preferences: someSet, pins: someSet, annotated },
  ...{
    blockers: someSet,
    directs: someSet,
    approaches: somePairs,
    requests: somePairs,
    askers: somePairs,
    shunning: somePairs,
  },
  ...{ standings: someSet, operators: fc.boolean(), audit: fc.boolean() },
  ...{ conversations: somePairs, receipts: somePairs, personal: somePairs, staff: somePairs, hidden: somePairs },
})

test.each(['sqlite', 'mysql'] as const)('what a batch asks of %s is the same whatever was asked before', (kind) => {
  const used = createWriter(kind)
  fc.assert(
    fc.property(someNeeds, (needs) => {
      expect(say(used, needs)).toEqual(say(createWriter(kind), needs))
    }),
    { numRuns: 400 },
  )
})
