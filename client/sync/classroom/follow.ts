import type { Environment } from '../environment.ts'
import { leadWhereStored } from '../lead-where-stored.ts'
import { startEngine, type Engine } from '../log/engine.ts'
import type { Ending } from '../log/kind.ts'
import type { Sender } from '../log/sender.ts'
import type { ClassroomLogApi } from './api.ts'
import { describeConnection, setConnection } from './connection.ts'
import { CLASSROOM_CONTRACTS } from './contract.ts'
import { createClassroomKind } from './kind.ts'
import type { Classroom, ClassroomStorage, ClassroomTables } from './tables.ts'
import type { ClassroomDatabase, ClassroomOutboxEntry } from './database.ts'

export type FollowEnvironment = Pick<Environment, 'clock' | 'random' | 'openSocket' | 'onWake'>

export interface FollowOptions {
  environment: FollowEnvironment
  storage: ClassroomStorage
  api: ClassroomLogApi
  createSender(onUnreachable: () => void): Sender
  listWaiting(tables: ClassroomTables): Promise<ClassroomOutboxEntry[]>
  /** Looks at what was applied, and says how following ends, if it does. */
  check(): Promise<Ending | undefined>
  onError(error: unknown): void
}

/** Keeps one classroom on this device in touch with its server, for as long as its tab leads. */
export function follow({ environment, storage, api, onError, ...options }: FollowOptions): Engine {
  // Said again with every word of the server's: a tab that led before may have left what it knew last.
  let known: ReturnType<typeof describeConnection> = {}
  const noteDevices = async (devices: number) => setConnection(storage, environment, { ...known, devices })
  return startEngine<Classroom>({
    ...{ ...options, onError },
    // What waits here goes while the classroom is open: sent by the browser, it would tell when its writer was back.
    environment: { ...environment, requestBackgroundSync: () => undefined },
    kind: createClassroomKind(environment.clock),
    store: {
      ...storage,
      async setConnection(state) {
        known = { ...known, ...describeConnection(state) }
        await setConnection(storage, environment, known)
      },
    },
    api: {
      async pull(from, wait) {
        const answer = await api.pull(from, wait)
        if (answer.kind === 'ok') await noteDevices(answer.value.devices)
        return answer
      },
    },
    socket: { open: (events) => environment.openSocket(events, api.socketPath), contracts: CLASSROOM_CONTRACTS },
    createExtras: () => ({
      begin: () => undefined,
      onFrame: ({ devices }) => void noteDevices(devices).catch(onError),
      onRows: () => undefined,
      end: () => undefined,
    }),
    onCaughtUp: () => undefined,
  })
}

/** Follows from whichever tab leads of those that have this database open. Returns the function that ends it. */
export function followInTurn(
  environment: Environment,
  { name, storage }: Pick<ClassroomDatabase, 'name' | 'storage'>,
  begin: () => Engine,
): () => void {
  const onError = (error: unknown) => environment.onError(error)
  const lead = () => {
    const engine = begin()
    return () => {
      engine.stop().catch(onError)
    }
  }
  return leadWhereStored(environment, storage, name, lead, onError)
}
