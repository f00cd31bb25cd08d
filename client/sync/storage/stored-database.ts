import { Dexie, type PromiseExtended } from 'dexie'
import { deviceStorage, type DeviceStorage, type Exchanged } from './device-storage.ts'
import { WatchedDatabase } from './watched-database.ts'

/** A database that lives in memory while the device stores nothing; for whoever has it open it is the same one. */
export abstract class StoredDatabase extends WatchedDatabase implements Exchanged {
  readonly ownTables: readonly string[]
  #isPausing = false

  constructor(name: string, ownTables: readonly string[], storage: DeviceStorage = deviceStorage) {
    super(name, storage, storage.backend)
    this.ownTables = ownTables
    storage.add(this)
  }

  override open(): PromiseExtended<Dexie> {
    const ready = this.storage.beforeOpening(this)
    return ready === undefined ? super.open() : Dexie.Promise.resolve(ready).then(() => super.open())
  }

  override close(options?: { disableAutoOpen: boolean }): void {
    super.close(options)
    // Left to be opened again by Dexie, it was closed by the browser.
    if (options?.disableAutoOpen !== false) this.storage.remove(this)
    else if (!this.#isPausing) this.storage.noteLoss()
  }

  pause(): void {
    this.#isPausing = true
    this.forgetConnection()
    this.close({ disableAutoOpen: false })
    this.#isPausing = false
  }
}
