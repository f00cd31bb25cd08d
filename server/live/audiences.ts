import type { AddressedOf, KindTypes } from '../log/kind.ts'

/**
 * Who of those that follow one log in this process may hear which row, as of the last change that was
 * heard. Followers who may hear the same go by one key.
 */
export interface Audiences<Types extends KindTypes> {
  keyOf(reader: Types['reader']): string
  /** Knows what a key may hear once this resolves, and keeps knowing it until `release`. Throws when the store is away. */
  learn(key: string): Promise<void>
  /** Nobody with this key follows any more. */
  release(key: string): void
  /** Forgets everybody: what they may hear may be long past. */
  clear(): void
  /** The seq of the last change in what a key may hear: whoever stands before it has to pull. Undefined while nothing is known. */
  findChangedAt(key: string): number | undefined
  /** Where rows for this audience are looked for. */
  topicOf(audience: Types['audience']): string
  /** The topics of all audiences that a key may belong to. */
  listTopics(key: string): readonly string[]
  mayHear(key: string, audience: Types['audience']): boolean
  /** The keys known here that an audience holds. */
  listHearers(audience: Types['audience']): Iterable<string> | 'all'
  /** Takes note of a row before any row of its batch is sent; names whose right to hear it changes. */
  note(addressed: AddressedOf<Types>): RightChange | undefined
}

/** From here on this key, or with `all` every one, hears nothing before it has pulled, or nothing any more. */
export interface RightChange {
  key: string
  becomes: 'behind' | 'ended'
}
