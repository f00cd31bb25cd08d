import type * as v from 'valibot'

/** One kind of word that processes say to each other. */
export interface Channel<Word> {
  readonly name: string
  /** What is heard of another process is held against it. */
  readonly schema: v.GenericSchema<unknown, Word>
}

/**
 * Tells every server process, this one too, what happened. A doorbell: it may lose a word, and never
 * speaks a wrong one; whoever listens asks the log for what is missing.
 */
export interface Bus {
  /** This process hears it at once, the others later. Never waits and never throws for what the network does. */
  publish<Word>(channel: Channel<Word>, word: Word): void
  /** Returns the function that stops listening. */
  listen<Word>(channel: Channel<Word>, listener: (word: Word) => void): () => void
  /** Calls back when words may have been missed: the connection was lost and is there again. Returns the function that stops it. */
  onResumed(listener: () => void): () => void
  /** Whether it reaches other processes at all. */
  readonly isShared: boolean
  /** Whether words come and go, as far as this end knows: if not, none is on its way. */
  isThere(): boolean
  close(): Promise<void>
}
