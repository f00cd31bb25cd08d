import { FILES_PER_MESSAGE_MAX } from '../../../shared/protocol/limits.ts'

/** `photo` is made smaller, `original` is not; a `document` stays as it is, with all that is in it. */
export type SentAs = 'photo' | 'original' | 'document'

/** A file that was chosen and not yet sent. */
export type ChosenFile = ChosenPhoto | ChosenDocument

interface Chosen {
  id: string
  name: string
  /** Its media type, as far as this device knows. */
  type: string
  /** Of what is sent. */
  bytes: number
  state: ChosenState
}

export type ChosenState =
  | { kind: 'preparing' }
  | { kind: 'ready' }
  /** It cannot be sent, with the reason in a sentence. */
  | { kind: 'wrong'; why: string }

export interface ChosenPhoto extends Chosen {
  kind: 'photo'
  as: SentAs
  /** Of what it looks like; null until that is known. */
  url: string | null
  description: string
}

export interface ChosenDocument extends Chosen {
  kind: 'document'
  /** Why it is one, where somebody may wonder; a sentence. */
  note: string | null
}

/** What can be taken of the files that somebody adds to those that they have, and a sentence about the rest. */
export function takeFiles<File>(have: number, added: readonly File[]): { taken: File[]; left: string | null } {
  const room = Math.max(0, FILES_PER_MESSAGE_MAX - have)
  const taken = added.slice(0, room)
  const count = added.length - taken.length
  if (count === 0) return { taken, left: null }
  const which = count === 1 ? 'One file was left out' : `${count} files were left out`
  return { taken, left: `A message has up to ${FILES_PER_MESSAGE_MAX} files. ${which}: send them with the next one.` }
}
