/** What a browser's history can do, so that no view touches it. */
export interface Address {
  read(): string
  push(path: string): void
  replace(path: string): void
}

/** Where the person is among the screens of one page. */
export class Navigation<Route> {
  readonly route: Route
  /** False until the first move: then a screen takes the focus when it opens. */
  moved = false
  /** Where one was before the last move, if that was not through the browser's history. */
  previous: string | null = null
  readonly #address: Address
  #path: string

  constructor(address: Address, toRoute: (path: string) => Route) {
    this.#address = address
    this.#path = $state(address.read())
    this.route = $derived(toRoute(this.#path))
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
}

/** Where the link leads that a plain click is on; null where the browser is to do what it does. */
export function findClickedPath(event: MouseEvent): string | null {
  const isPlain = event.button === 0 && !event.metaKey && !event.ctrlKey && !event.shiftKey && !event.altKey
  if (event.defaultPrevented || !isPlain) return null
  const link = event.target instanceof Element ? event.target.closest('a') : null
  const path = link?.getAttribute('href')
  return link === null || link.target !== '' || !path?.startsWith('/') || path.startsWith('//') ? null : path
}
