/** What the leading tab knows of the network, for every tab to show. Times in milliseconds since 1970. */
export type ConnectionState =
  | { kind: 'connecting' }
  | { kind: 'live' }
  | { kind: 'catching-up'; done: number; total: number }
  | { kind: 'offline'; since: number }
  | { kind: 'portal'; since: number }
  | { kind: 'signed-out' }
  | { kind: 'outdated' }
  | { kind: 'refused'; code: string }
