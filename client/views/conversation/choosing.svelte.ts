/** Several messages chosen at once, by their ids: whatever the list shows meanwhile, they stay chosen. */
export class Choosing {
  /** Null while nothing is being chosen. */
  ids: readonly string[] | null = $state.raw(null)
  #last: string | null = null

  /** Chooses a message, or no more; the last one ends it. */
  toggle(id: string): void {
    const ids = [...(this.ids ?? [])]
    this.#last = id
    this.#set(ids.includes(id) ? ids.filter((one) => one !== id) : [...ids, id])
  }

  /** Chooses all from the one that was chosen last to this one, among those that are shown. */
  reach(id: string, shown: readonly string[]): void {
    const [from, to] = [shown.indexOf(this.#last ?? id), shown.indexOf(id)]
    if (from === -1 || to === -1) return this.toggle(id)
    this.#last = id
    this.#set([...(this.ids ?? []), ...shown.slice(Math.min(from, to), Math.max(from, to) + 1)])
  }

  end(): void {
    this.ids = null
    this.#last = null
  }

  #set(ids: readonly string[]): void {
    if (ids.length === 0) this.end()
    else this.ids = ids.filter((id, index) => ids.indexOf(id) === index)
  }
}
