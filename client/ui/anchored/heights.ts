/** Heights of a list's items by key, in pixels. What was never measured is guessed from what was. */
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

  has(key: string): boolean {
    return this.#measured.has(key)
  }

  /** Whether this is news. */
  set(key: string, height: number): boolean {
    const before = this.#measured.get(key)
    if (before !== undefined && Math.abs(before - height) < 0.02) return false
    this.#measured.set(key, height)
    this.#sum += height - (before ?? 0)
    return true
  }

  /** After the list has become narrower or wider nothing holds any more. */
  clear(): void {
    this.#measured.clear()
    this.#sum = 0
  }

  get #average(): number {
    return this.#measured.size === 0 ? this.#guess : this.#sum / this.#measured.size
  }
}
