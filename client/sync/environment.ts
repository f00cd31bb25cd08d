import type { LeaderEnvironment } from './leader.ts'
import type { Fetch } from './request.ts'
import type { ServerClock } from './server-clock.ts'

/** One socket as the browser offers it. `onClose` is called once, also when it never opened. */
export interface SocketEvents {
  onOpen(): void
  /** A text, or the bytes of a binary message. */
  onMessage(content: string | Uint8Array): void
  onClose(code: number): void
}

export interface ClientSocket {
  send(content: string | Uint8Array): void
  close(): void
}

/**
 * Everything that sync needs of the world. `client/environment.ts` hands in the browser's, tests and
 * the simulation hand in their own.
 */
export interface Environment extends LeaderEnvironment {
  /** For what the server decides by its time; spans are measured by `clock`. */
  serverClock: ServerClock
  /** At least 0, below 1. */
  random(): number
  fetch: Fetch
  /** To the socket of the account, or to the one at `path`. */
  openSocket(events: SocketEvents, path?: string): ClientSocket
  /** Asks the browser to keep the data when space runs short. */
  persistStorage(): void
  /** Whether the network says that it is slow, or its owner that it is dear. */
  isNetworkPoor(): boolean
  /** How many bytes the browser would still store; undefined where it does not say. */
  estimateFree(): Promise<number | undefined>
  /** Asks the browser to flush the outbox later, even when the app is closed by then. */
  requestBackgroundSync(): void
  /** Hears of what is a bug or a broken device, for the console of whoever looks into it. */
  onError(error: unknown): void
}
