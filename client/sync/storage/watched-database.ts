import {
  Dexie,
  type DBCore,
  type DBCoreMutateRequest,
  type DBCoreTable,
  type DexieOptions,
  type PromiseExtended,
} from 'dexie'
import { deviceStorage, type DeviceStorage } from './device-storage.ts'
import { NotStoredError } from './storage-failure.ts'

/** A database of whose failures the device's storage hears, each where it happens. */
export abstract class WatchedDatabase extends Dexie {
  readonly storage: DeviceStorage
  /** Whether what is queued goes out, as the tab's own connection says. */
  #isLive = false

  constructor(name: string, storage: DeviceStorage = deviceStorage, options: DexieOptions = {}) {
    // Dexie's cache of queries keeps each answer's zone, its zone's signal, and through what listens there all answers
    // before it: with each screen that is opened and closed that grows, and nothing of it ever goes.
    super(name, { ...options, cache: 'disabled' })
    this.storage = storage
    this.use({ stack: 'dbcore', name: 'storage', create: (core) => this.#watch(core) })
  }

  override open(): PromiseExtended<Dexie> {
    return super.open().catch((error: unknown) => this.#fail(error))
  }

  /** Nobody knows yet whether what is queued would go out. */
  protected forgetConnection(): void {
    this.#isLive = false
  }

  #fail(error: unknown): never {
    this.storage.note(error)
    throw error
  }

  #watch(core: DBCore): DBCore {
    return {
      ...core,
      transaction: (stores, mode, options) => {
        const transaction = core.transaction(stores, mode, options)
        if (isEventTarget(transaction)) {
          // What was written finds no room only when all of it is.
          transaction.addEventListener('abort', () => this.storage.note(transaction.error))
        }
        return transaction
      },
      table: (name) => this.#watchTable(core.table(name)),
    }
  }

  #watchTable(table: DBCoreTable): DBCoreTable {
    const fail = (error: unknown) => this.#fail(error)
    return {
      ...table,
      mutate: (request) => {
        this.#followConnection(table.name, request)
        const isCommand = table.name === 'outbox' && request.type === 'add'
        if (isCommand && this.#mayBeLost()) return Dexie.Promise.reject(this.#refuse())
        return table.mutate(request).then(
          (answer) => {
            for (const failure of Object.values(answer.failures)) this.storage.note(failure, isCommand)
            return answer
          },
          (error: unknown) => {
            this.storage.note(error, isCommand)
            throw error
          },
        )
      },
      get: (request) => table.get(request).catch(fail),
      getMany: (request) => table.getMany(request).catch(fail),
      query: (request) => table.query(request).catch(fail),
      count: (request) => table.count(request).catch(fail),
      openCursor: (request) => table.openCursor(request).catch(fail),
    }
  }

  #refuse(): NotStoredError {
    const error = new NotStoredError()
    this.storage.note(error)
    return error
  }

  /** What waits in memory is lost with its tab: there it is only taken in what goes out at once. */
  #mayBeLost(): boolean {
    const { state } = this.storage
    return state.kind === 'failing' && state.inMemory && !this.#isLive
  }

  #followConnection(table: string, request: DBCoreMutateRequest): void {
    if (table !== 'meta' || request.type !== 'put') return
    for (const value of request.values) {
      const row: unknown = value
      if (isConnection(row)) this.#isLive = row.state === 'live' || isLiveState(row.state)
    }
  }
}

function isConnection(row: unknown): row is { key: 'connection'; state: unknown } {
  return typeof row === 'object' && row !== null && 'key' in row && row.key === 'connection' && 'state' in row
}

function isLiveState(state: unknown): boolean {
  return typeof state === 'object' && state !== null && 'kind' in state && state.kind === 'live'
}

/** A transaction of Dexie's is the browser's own. */
function isEventTarget(transaction: object): transaction is IDBTransaction {
  return 'addEventListener' in transaction && 'error' in transaction
}
