/** What draws texts and is not needed for the first of them: as rune state, null until it is here. */
export class LaterPart<Value> {
  value: Value | null = $state.raw(null)
  readonly #load: () => Promise<Value>
  #loading: Promise<void> | undefined

  constructor(load: () => Promise<Value>) {
    this.#load = load
  }

  /** Loads it, once, and ends when that was tried. Where the network goes away in between, whoever asks next asks anew. */
  ask(): Promise<void> {
    this.#loading ??= this.#load().then(
      (loaded) => {
        this.value = loaded
      },
      () => {
        this.#loading = undefined
      },
    )
    return this.#loading
  }
}
