/** What the leading tab knows of the network, for every tab to show. Times in milliseconds since 1970. */
export type ConnectionState =
  /** `since` it is lost, where that is known; `slow` once nothing answered for a while. */
  | { kind: 'connecting'; since?: number; slow?: true }
  | { kind: 'live' }
  /** Of a first pull `total` is not known, and 0. */
  | { kind: 'catching-up'; done: number; total: number }
  /** With `why` it was reached, and can take nothing now. */
  | { kind: 'offline'; since: number; why?: 'unavailable' }
  | { kind: 'portal'; since: number }
  | { kind: 'signed-out' }
  | { kind: 'outdated' }
  /** With `message` in the server's own words. */
  | { kind: 'refused'; code: string; message?: string }
