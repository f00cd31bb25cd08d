import { CompiledQuery, type KyselyPlugin } from 'kysely'
import type { Statement } from '../../server/store/statements.ts'
import type { Store } from '../../server/store/store.ts'

/** A store that notes what it is asked, and does it. */
export function noteQueries(store: Store): { store: Store; queries: CompiledQuery[] } {
  const queries: CompiledQuery[] = []
  const spy: KyselyPlugin = {
    transformQuery({ node, queryId }) {
      const query = store.db.getExecutor().compileQuery(node, queryId)
      if (!isTemplate(query)) queries.push(query)
      return node
    },
    transformResult: async ({ result }) => result,
  }
  /** What Kysely puts together is noted by then; what was put together before is noted as it is filled in. */
  const note = (statements: readonly Statement[]) =>
    statements.map((one) => {
      if ('compile' in one) return one.compile()
      queries.push(one)
      return one
    })
  return {
    queries,
    store: {
      ...store,
      run: (db, statements) => store.run(db, note(statements)),
      runLast: (db, statements) => store.runLast(db, note(statements)),
      read: (inner) => store.read((db) => inner(db.withPlugin(spy))),
      write: (inner) => store.write((db) => inner(db.withPlugin(spy))),
    },
  }
}

/** Whether it has places where values belong: `server/store/templates.ts`. */
function isTemplate({ parameters }: CompiledQuery): boolean {
  return parameters.some((one) => typeof one === 'object' && one !== null && !(one instanceof Uint8Array))
}

/**
 * How the database would find the rows of this table that a statement asks for or deletes: its steps that read the table,
 * as text.
 */
export async function explainQuery(store: Store, query: CompiledQuery, table: string): Promise<string> {
  const verb = store.kind === 'mysql' ? 'explain' : 'explain query plan'
  // To SQLite a statement that would write does, also while it is explained, until it is collected as garbage; and
  // nothing on its connection is committed before.
  const text = query.sql.replace(/^delete from/i, 'select 1 from')
  if (!/^select/i.test(text)) throw new Error(`cannot be explained: ${text}`)
  const { rows } = await store.db.executeQuery(CompiledQuery.raw(`${verb} ${text}`, [...query.parameters]))
  const steps = rows.map((row) => JSON.stringify(row))
  return steps.filter((step) => new RegExp(`"table":"${table}"|"detail":"\\w+ ${table}[ "]`).test(step)).join('\n')
}

/** MySQL says `"type":"ALL"` or `"type":"index"` where it reads a whole table or index, SQLite `SCAN`. */
export const WHOLE = /"type":"(ALL|index)"|"detail":"SCAN/
