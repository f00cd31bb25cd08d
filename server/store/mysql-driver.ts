import { CompiledQuery, type DatabaseConnection, type Driver, type QueryResult } from 'kysely'
import type { Pool, PoolConnection, QueryResult as MysqlResult } from 'mysql2'

/**
 * As Kysely's own, but for two things: undoing a transaction never throws, so that its caller hears of the
 * error for which it is undone; and every error has a code, also those that mysql2 itself makes.
 */
export function createMysqlDriver(pool: Pool): Driver {
  return {
    async init() {},
    acquireConnection: async () => new Session(await takeConnection(pool)),
    beginTransaction: (session: Session) => session.run('begin'),
    commitTransaction: (session: Session) => session.run('commit'),
    rollbackTransaction: (session: Session) => session.undo(),
    releaseConnection: async (session: Session) => session.release(),
    destroy: () => new Promise((resolve, reject) => pool.end((error) => (error ? reject(error) : resolve()))),
  }
}

class Session implements DatabaseConnection {
  readonly #connection: PoolConnection
  #isClean = true

  constructor(connection: PoolConnection) {
    this.#connection = connection
  }

  async executeQuery<Row>({ sql, parameters }: CompiledQuery): Promise<QueryResult<Row>> {
    const asked = new Error()
    const result = await new Promise<MysqlResult>((resolve, reject) => {
      this.#connection.query(sql, [...parameters], (error, answer) => {
        if (error) reject(withCode(error, asked))
        else resolve(answer)
      })
    })
    if (Array.isArray(result)) return { rows: result as Row[] }
    return { rows: [], numAffectedRows: BigInt(result.affectedRows) }
  }

  async run(sql: string): Promise<void> {
    await this.executeQuery(CompiledQuery.raw(sql))
  }

  async undo(): Promise<void> {
    try {
      await this.run('rollback')
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
