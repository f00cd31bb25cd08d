import { toRoomRoute } from './room-route.ts'

/** What a browser's history can do, so that no view touches it. */
export interface RoomAddress {
  /** The path with what stands behind its #. */
  read(): string
  push(path: string): void
  replace(path: string): void
}

/** Where somebody is among the pages under /q. */
export class RoomNavigation {
  #address: RoomAddress
  #path: string = $state('/q/')
  readonly route = $derived(toRoomRoute(this.#path))
  /** False until the first move: then a page takes the focus when it opens. */
  moved = false

  constructor(address: RoomAddress) {
    this.#address = address
    this.#path = address.read()
  }

  go(path: string): void {
    if (path === this.#path) return
    this.moved = true
    this.#address.push(path)
    this.#path = path
  }

  replace(path: string): void {
    this.#address.replace(path)
    this.#path = path
  }

  /** The browser went back or forward. */
  follow(): void {
    this.moved = true
    this.#path = this.#address.read()
  }
}
