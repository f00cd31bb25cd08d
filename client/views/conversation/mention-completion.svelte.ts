import type { MentionCandidate, MentionTyped } from '../../data/composing/mention-candidates.ts'

interface Parts {
  /** The mention that is being typed now; null when none is. */
  findTyped: () => MentionTyped | null
  findCandidates: (query: string) => Promise<MentionCandidate[]>
  onchoose: (candidate: MentionCandidate, typed: MentionTyped) => void
}

interface Offer {
  typed: MentionTyped
  candidates: MentionCandidate[]
  chosen: number
}

/** The people that are offered while a mention is typed. */
export class MentionCompletion {
  offer: Offer | null = $state.raw(null)

  readonly #parts: Parts
  /** Where the mention begins for which one wants no offer. */
  #putOffAt = -1
  /** A new one whenever an offer ends: what was looked up for it is of no use then. */
  #current = {}

  constructor(parts: Parts) {
    this.#parts = parts
  }

  /** Looks up whom the mention that is being typed may mean. */
  async update(): Promise<void> {
    const typed = this.#parts.findTyped()
    if (typed === null) this.#putOffAt = -1
    if (typed === null || typed.from === this.#putOffAt) return this.end()
    const [current, before] = [this.#current, this.offer]
    const candidates = await this.#parts.findCandidates(typed.query)
    const now = this.#parts.findTyped()
    if (current !== this.#current || now?.query !== typed.query || now.from !== typed.from) return
    // Whom one chose with the keys meanwhile stays chosen.
    const kept = this.offer === before ? undefined : this.offer?.candidates[this.offer.chosen]?.handle
    const chosen = Math.max(
      0,
      candidates.findIndex(({ handle }) => handle === kept),
    )
    this.offer = candidates.length === 0 ? null : { typed, candidates, chosen }
  }

  end(): void {
    this.offer = null
    this.#current = {}
  }

  choose(candidate: MentionCandidate | undefined): void {
    if (this.offer === null || candidate === undefined) return
    // One may have typed on since it was offered.
    const typed = this.#parts.findTyped() ?? this.offer.typed
    this.end()
    this.#parts.onchoose(candidate, typed)
  }

  /** While there is an offer, the keys choose from it; says whether this one did. */
  takeKey(key: string): boolean {
    if (this.offer === null) return false
    const { candidates, chosen, typed } = this.offer
    const step = { ArrowDown: 1, ArrowUp: -1 }[key]
    if (step !== undefined) {
      this.offer = { ...this.offer, chosen: (chosen + step + candidates.length) % candidates.length }
    } else if (key === 'Enter' || key === 'Tab') this.choose(candidates[chosen])
    else if (key === 'Escape') {
      this.#putOffAt = typed.from
      this.end()
    } else return false
    return true
  }
}
