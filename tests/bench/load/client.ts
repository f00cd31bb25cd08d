/** One socket of a load, whatever it speaks. */
export interface LoadClient {
  /** Resolves when it hears what is new. Tries again, as an app does, when it is turned away; answers how often that was. */
  connect(): Promise<number>
  /** Resolves when the server says that it has it. */
  send(text: string): Promise<void>
  /** Breaks the connection off as a network does: without a word. */
  cut(): void
  /** Bytes that came over the socket since it was opened, frames included. */
  bytesRead(): number
}

/** Who a client of a load is. What a rival does not know it leaves unread. */
export interface LoadPerson {
  userId: string
  cookie: string
  conversationId: string
  /** Where another process than the target's own is who they are connected to. */
  port?: number
}

export interface LoadTarget {
  speaks: 'chatbox' | 'raw-ws' | 'socket-io' | 'laravel'
  port: number
  people: readonly LoadPerson[]
  /** Where they all stand in the log. */
  cursor: number
}

/** Messages that came to all clients together. */
export interface Tally {
  readonly received: number
  add(messages: number): void
  /** Counts later what came, when somebody wants to know: counting takes time of a load that others only take it from. */
  addLater(count: () => number): void
  /** Resolves once so many came in all. */
  reach(total: number): Promise<void>
}

export function createTally(): Tally {
  let received = 0
  let uncounted: (() => number)[] = []
  let awaited: { total: number; resolve: () => void } | undefined

  function add(messages: number): void {
    received += messages
    if (awaited !== undefined && received >= awaited.total) {
      awaited.resolve()
      awaited = undefined
    }
  }

  function count(): number {
    const all = uncounted
    uncounted = []
    for (const one of all) add(one())
    return received
  }

  return {
    get received() {
      return count()
    },
    add,
    addLater(one) {
      if (awaited === undefined) uncounted.push(one)
      else add(one())
    },
    reach: (total) =>
      new Promise((resolve) => {
        if (count() >= total) resolve()
        else awaited = { total, resolve }
      }),
  }
}
