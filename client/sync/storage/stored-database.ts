import { Dexie, type PromiseExtended } from 'dexie'
import type { OwnTable } from './copies.ts'
import { deviceStorage, type DeviceStorage, type Exchanged } from './device-storage.ts'
import { WatchedDatabase } from './watched-database.ts'

/** A database that lives in memory while the device stores nothing; for whoever has it open it is the same one. */
export abstract class StoredDatabase extends WatchedDatabase implements Exchanged {
  readonly ownTables: readonly OwnTable[]
  /** Whether the browser closed it since this page began, and perhaps took away what it held. */
  wasTakenAway = false
  #isPausing = false
  #isClosed = false

  constructor(name: string, ownTables: readonly OwnTable[], storage: DeviceStorage = deviceStorage) {
    super(name, storage, storage.backend)
    this.ownTables = ownTables
    storage.add(this)
  }

  override open(): PromiseExtended<Dexie> {
    const ready = this.storage.beforeOpening(this)
    const opened = ready === undefined ? super.open() : Dexie.Promise.resolve(ready).then(() => super.open())
    return opened.catch((error: unknown) => {
      // Dexie would not try again: what failed because the browser was just taking it away works a moment later.
      this.storage.later(() => {
        if (!this.#isClosed && !this.isOpen()) this.pause()
      })
      throw error
    })
  }

  /** Whether it was closed for good, and not to be opened again by whoever needs it. */
  get isGone(): boolean {
    return this.#isClosed
  }

  override close(options?: { disableAutoOpen: boolean }): void {
    this.#isClosed = options?.disableAutoOpen !== false
    super.close(options)
    // Left to be opened again by Dexie, it was closed by the browser.
    if (options?.disableAutoOpen !== false) this.storage.remove(this)
    else if (!this.#isPausing) {
      this.wasTakenAway = true
      this.storage.noteLoss()
    }
  }

  pause(): void {
    this.#isPausing = true
    this.forgetConnection()
    this.close({ disableAutoOpen: false })
    this.#isPausing = false
  }
}
