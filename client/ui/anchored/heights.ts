/** What was measured may be a single one, and far from usual. */
const GUESS_MAX = 400

/**
 * Heights of a list's items by key, in pixels: as they were when they were last drawn. What was never measured is guessed
 * from what was.
 */
export class Heights {
  readonly #measured = new Map<string, number>()
  #sum = 0
  readonly #guess: number

  constructor(guess: number) {
    this.#guess = guess
  }

  of(key: string): number {
    return this.#measured.get(key) ?? this.#average
  }

  /** Whether this is news. */
  set(key: string, height: number): boolean {
    const before = this.#measured.get(key)
    if (before !== undefined && Math.abs(before - height) < 0.02) return false
    this.#measured.set(key, height)
    this.#sum += height - (before ?? 0)
    return true
  }

  get #average(): number {
    return this.#measured.size === 0 ? this.#guess : Math.min(GUESS_MAX, this.#sum / this.#measured.size)
  }
}
