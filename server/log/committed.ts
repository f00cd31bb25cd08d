import * as v from 'valibot'

/** What processes tell each other of every transaction; a kind adds which rows it takes along. */
export const committed = {
  log: v.string(),
  lineage: v.object({ id: v.string(), start: v.number() }),
  from: v.number(),
  to: v.number(),
}
