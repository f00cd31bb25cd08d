/** Sends what waits in an outbox, for as long as its tab leads. */
export interface Sending {
  /** Sends what is due; to be called when something was written, and when the network is back. */
  flush(): void
  stop(): void
}
