import { CompiledQuery, type DatabaseConnection, type Driver, type QueryResult } from 'kysely'
import type { Pool, PoolConnection, ResultSetHeader } from 'mysql2'
import { isList } from './statements.ts'
import type { OnStatement } from './store.ts'

/**
 * As Kysely's own, but for three things: what begins a transaction goes with its first statement, and what commits it with
 * its last list, where the pool is `joining`, that is where one message may hold several statements; undoing a transaction never throws, so that its caller hears of the
 * error for which it is undone; and every error has a code, also those that mysql2 itself makes.
 */
export function createMysqlDriver(pool: Pool, { isJoining, onStatement }: SessionOptions): Driver {
  return {
    async init() {},
    acquireConnection: async () => new Session(await takeConnection(pool), { isJoining, onStatement }),
    beginTransaction: (session: Session) => session.begin(),
    commitTransaction: (session: Session) => session.commit(),
    rollbackTransaction: (session: Session) => session.undo(),
    releaseConnection: async (session: Session) => session.release(),
    destroy: () => new Promise((resolve, reject) => pool.end((error) => (error ? reject(error) : resolve()))),
  }
}

interface SessionOptions {
  /** Whether one message may hold several statements. */
  readonly isJoining: boolean
  readonly onStatement?: OnStatement | undefined
}

const BEGIN = CompiledQuery.raw('begin')
const COMMIT = CompiledQuery.raw('commit')

class Session implements DatabaseConnection {
  readonly #connection: PoolConnection
  readonly #options: SessionOptions
  #isClean = true
  /** Whether the next statement has to begin the transaction. */
  #isToBegin = false
  #isCommitted = false

  constructor(connection: PoolConnection, options: SessionOptions) {
    this.#connection = connection
    this.#options = options
  }

  async executeQuery<Row>(query: CompiledQuery): Promise<QueryResult<Row>> {
    const isToBegin = this.#isToBegin
    this.#isToBegin = false
    const before = isToBegin ? [BEGIN] : []
    if (!isList(query)) {
      const [result] = (await this.#execute([...before, query])).slice(-1)
      return toResult<Row>(result)
    }
    const results = await this.#execute([...before, ...query.statements, ...(query.isLast ? [COMMIT] : [])])
    if (query.isLast) this.#isCommitted = true
    return { rows: results.slice(before.length, before.length + query.statements.length).map(toResult) as Row[] }
  }

  /** Resolves with what each of them came to. When one fails, those behind it are not run. */
  async #execute(statements: readonly CompiledQuery[]): Promise<unknown[]> {
    const asked = new Error()
    if (!this.#options.isJoining && statements.length > 1) throw new Error('one message takes one statement here')
    const result = await new Promise<unknown>((resolve, reject) => {
      this.#connection.query(
        statements.map(({ sql }) => sql).join('; '),
        statements.flatMap(({ parameters }) => parameters),
        (error, answer) => {
          if (error) reject(withCode(error, asked))
          else resolve(answer)
        },
      )
    })
    statements.forEach(({ sql }) => this.#options.onStatement?.(sql))
    return statements.length > 1 ? (result as unknown[]) : [result]
  }

  async begin(): Promise<void> {
    this.#isCommitted = false
    if (this.#options.isJoining) this.#isToBegin = true
    else await this.#execute([BEGIN])
  }

  async commit(): Promise<void> {
    // What did nothing has nothing to commit.
    if (!this.#isToBegin && !this.#isCommitted) await this.#execute([COMMIT])
    this.#isToBegin = false
  }

  async undo(): Promise<void> {
    if (this.#isToBegin) {
      this.#isToBegin = false
      return
    }
    try {
      await this.#execute([CompiledQuery.raw('rollback')])
    } catch {
      this.#isClean = false
    }
  }

  /** A connection that may still be in a transaction is not used again. */
  release(): void {
    if (this.#isClean) this.#connection.release()
    else this.#connection.destroy()
  }

  async *streamQuery(): AsyncIterableIterator<never> {
    throw new Error('nothing is streamed from MySQL')
  }
}

/** Of one statement: rows, or how many it changed. */
function toResult<Row>(result: unknown): QueryResult<Row> {
  if (Array.isArray(result)) return { rows: result as Row[] }
  return { rows: [], numAffectedRows: BigInt((result as ResultSetHeader).affectedRows) }
}

function takeConnection(pool: Pool): Promise<PoolConnection> {
  const asked = new Error()
  return new Promise((resolve, reject) => {
    pool.getConnection((error: NodeJS.ErrnoException | null, connection) => {
      if (error) reject(withCode(error, asked))
      else resolve(connection)
    })
  })
}

/** mysql2 makes its errors where it reads an answer; where it was asked for is what the log has to tell. */
function withCode(error: NodeJS.ErrnoException, asked: Error): Error {
  error.code ??= error.errno === undefined ? 'PROTOCOL_CONNECTION_LOST' : `ER_${error.errno}`
  error.stack = [error.stack, ...(asked.stack?.split('\n').slice(1) ?? [])].join('\n')
  return error
}
