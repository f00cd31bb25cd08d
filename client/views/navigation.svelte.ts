import { holdBack, openDialogs, readEntry } from '../ui/history-entry.ts'

const TRAIL_MAX = 30

/**
 * Where the person is among the screens of one page.
 *
 * An arrow leads up: to where it says, and no further. Where that is behind, the browser goes back to it, so that going
 * back once more does not open again what was left; where it is not, it takes the entry of what is left.
 */
export class Navigation<Route> {
  readonly route: Route
  /** False until the first move: then a screen takes the focus when it opens. */
  moved = false
  readonly #read: () => string
  #path: string
  /** While the browser is on its way back: what is to be done there. */
  #there: (() => void)[] | null = null

  constructor(read: () => string, toRoute: (path: string) => Route) {
    this.#read = read
    this.#path = $state(read())
    this.route = $derived(toRoute(this.#path))
  }

  /** The path behind this one; null where nothing of this app is. */
  get behind(): string | null {
    return readEntry().trail.at(-1) ?? null
  }

  go(path: string): void {
    if (path === this.#path) return
    const from = this.#move(path)
    this.#whenThere(() => {
      const { trail, isOver } = readEntry()
      const entry = { trail: [...trail, from].slice(-TRAIL_MAX) }
      // What stood for a dialog over the page that is left becomes the next page.
      history[isOver ? 'replaceState' : 'pushState'](entry, '', path)
    })
  }

  replace(path: string): void {
    this.#move(path)
    this.#whenThere(() => {
      const { trail, isOver } = readEntry()
      if (isOver) this.#goBack(1)
      this.#whenThere(() => history.replaceState({ trail }, '', path))
    })
  }

  up(path: string): void {
    if (path === this.#path) return
    const { trail, isOver } = readEntry()
    const at = trail.lastIndexOf(path)
    if (at === -1 || this.#there !== null) return this.replace(path)
    this.#move(path)
    this.#goBack(trail.length - at + (isOver ? 1 : 0))
  }

  /** The browser went back or forward. */
  follow(): void {
    if (this.#there !== null) {
      const waiting = this.#there
      this.#there = null
      for (const run of waiting) this.#whenThere(run)
      return
    }
    const { isOver } = readEntry()
    const close = isOver ? undefined : openDialogs.at(-1)
    if (close !== undefined) {
      if (openDialogs.length > 1) holdBack()
      return close()
    }
    const path = this.#read()
    // Only a dialog was left, and that is closed already.
    if (path === this.#path && !isOver) return history.back()
    this.moved = true
    this.#path = path
  }

  #move(path: string): string {
    const from = this.#path
    this.moved = true
    this.#path = path
    return from
  }

  #goBack(steps: number): void {
    this.#there = []
    history.go(-steps)
  }

  #whenThere(run: () => void): void {
    if (this.#there === null) run()
    else this.#there.push(run)
  }
}

/** Where the link leads that a plain click is on, and whether that is an arrow; null where the browser is to do what it does. */
export function findClicked(event: MouseEvent): { path: string; isUp: boolean } | null {
  const isPlain = event.button === 0 && !event.metaKey && !event.ctrlKey && !event.shiftKey && !event.altKey
  if (event.defaultPrevented || !isPlain) return null
  const link = event.target instanceof Element ? event.target.closest('a') : null
  const path = link?.getAttribute('href')
  if (link === null || link.target !== '' || !path?.startsWith('/') || path.startsWith('//')) return null
  return { path, isUp: link.dataset.up !== undefined }
}
