import type { Ending } from './kind.ts'

/** What there is to send over. A greeted socket takes commands itself where the kind's contract says so. */
export type Link = { kind: 'none' } | { kind: 'http' } | { kind: 'socket'; flush(): void }

/** Sends the outbox of a log, as the engine drives it. */
export interface Sender {
  setLink(link: Link): void
  /** Sends what may go now; to be called when something was written, and when the network is back. */
  flush(): void
  /** Sends over HTTP all that may go now, whatever link there is: whether that works is what is to be found out. */
  sendAll(isOver: () => boolean): Promise<Ending>
  stop(): void
}
