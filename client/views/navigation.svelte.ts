import { isOtherPage, toRoute } from '../router.ts'

/** What a browser's history can do, so that no view touches it. */
export interface Address {
  read(): string
  push(path: string): void
  replace(path: string): void
}

/** Where the person is in the app. */
export class Navigation {
  #address: Address
  #path: string = $state('/')
  readonly route = $derived(toRoute(this.#path))
  /** False until the first move: then a screen takes the focus when it opens. */
  moved = false
  /** Where one was before the last move, if that was not through the browser's history. */
  previous: string | null = null

  constructor(address: Address) {
    this.#address = address
    this.#path = address.read()
  }

  go(path: string): void {
    if (path === this.#path) return
    this.moved = true
    this.#address.push(path)
    this.previous = this.#path
    this.#path = path
  }

  replace(path: string): void {
    this.moved = true
    this.#address.replace(path)
    this.#path = path
  }

  /** The browser went back or forward. */
  follow(): void {
    this.moved = true
    this.previous = null
    this.#path = this.#address.read()
  }

  /** Takes over a plain click on a link of this app. */
  onclick = (event: MouseEvent): void => {
    if (
      event.defaultPrevented ||
      event.button !== 0 ||
      event.metaKey ||
      event.ctrlKey ||
      event.shiftKey ||
      event.altKey
    )
      return
    const link = event.target instanceof Element ? event.target.closest('a') : null
    const path = link?.getAttribute('href')
    if (link === null || !path?.startsWith('/') || path.startsWith('//') || link.target !== '') return
    if (isOtherPage(path)) return
    event.preventDefault()
    this.go(path)
  }
}
