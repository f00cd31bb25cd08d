import { sql, type KyselyPlugin } from 'kysely'
import type { Store } from '../../server/store/store.ts'
import type { SimDatabase } from './database.ts'
import { makeUp, type World } from './world.ts'

/*
 * The machine of the database, as every process reaches it: it takes a while, is busy, full or away, and may be
 * another one than before. A transaction is one step of the run, for SQLite has one writer; before it begins, and
 * between its commit and the moment at which its process learns of that, anything else may happen.
 */
export type Health =
  | 'well'
  /** Somebody else writes: some transactions are undone. */
  | 'busy'
  /** Nothing can be written. */
  | 'full'
  /** Nobody answers; what was committed just then is committed. */
  | 'away'

export interface DatabaseServer {
  health: Health
  /** Which database answers; another one after a failover. */
  name: string
  /** The store as one process has it, for as long as it lives. */
  connect(isOn: () => boolean): Store
}

export function createDatabaseServer(world: World, { store }: SimDatabase): DatabaseServer {
  const { scheduler, chance, isRough, witness } = world
  const server: DatabaseServer = { health: 'well', name: 'the first', connect }

  function checkReading(): void {
    if (server.health === 'away') throw makeUp(coded('SQLITE_IOERR', 10))
  }

  function checkWriting(): void {
    checkReading()
    if (server.health === 'full') throw makeUp(coded('SQLITE_FULL', 13))
  }

  /** Single statements outside of a transaction. */
  const gate: KyselyPlugin = {
    transformQuery({ node }) {
      if (node.kind === 'SelectQueryNode') checkReading()
      else checkWriting()
      return node
    },
    transformResult: async ({ result }) => result,
  }

  function connect(isOn: () => boolean): Store {
    const slowly = <Answer>(work: () => Promise<Answer>): Promise<Answer> =>
      new Promise<Answer>((resolve, reject) => {
        const begin = () => {
          if (!isOn()) return
          work().then(
            (answer) => end(() => resolve(answer)),
            (error: unknown) => end(() => reject(error instanceof Error ? error : new Error(String(error)))),
          )
        }
        const end = (answer: () => void) => {
          if (!isRough()) answer()
          else scheduler.after(chance.between(0, 5), () => isOn() && answer())
        }
        if (isRough()) scheduler.after(chance.between(0, 20), begin)
        else begin()
      })
    return {
      ...store,
      db: store.db.withPlugin(gate),
      get databaseName() {
        return sql.lit(server.name)
      },
      read: (work) =>
        slowly(async () => {
          checkReading()
          return store.read(work)
        }),
      write: (work) =>
        slowly(async () => {
          // Who finds it away may have been the last whom it heard.
          const isLast = server.health === 'away' && chance.happens(0.3)
          if (!isLast) checkWriting()
          if (server.health === 'busy' && chance.happens(0.7)) throw makeUp(coded('SQLITE_BUSY', 5))
          const answer = await store.write(work)
          witness.noteCommit()
          if (isLast) throw makeUp(coded('SQLITE_IOERR', 10))
          return answer
        }),
    }
  }

  return server
}

function coded(code: string, rawCode: number): Error {
  return Object.assign(new Error(`${code}, as the simulation has it`), { code, rawCode })
}
