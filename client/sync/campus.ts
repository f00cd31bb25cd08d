import type { Clock } from '../../shared/clock.ts'
import type { Api } from './api.ts'
import type { LiveRow } from '../../shared/protocol/rows.ts'
import { createCampusContracts } from './campus-contract.ts'
import { createCampusKind } from './campus-kind.ts'
import type { Environment } from './environment.ts'
import { createHoleFiller } from './fill-holes.ts'
import { startEngine, type Engine } from './log/engine.ts'
import { pullAll, type PullOptions } from './log/exchange.ts'
import type { Ending } from './log/kind.ts'
import { createOrderedSender, sendAll as sendAllInOrder, type OrderedSenderOptions } from './log/ordered-sender.ts'
import { createReceipts, queueReceipts } from './receipts.ts'
import { listWaiting } from './settle.ts'
import type { Campus, ClientStore } from './tables.ts'
import { createWatching } from './watching.ts'

/** One account's campus on this device, and its server. */
export interface CampusPart {
  store: ClientStore
  api: Api
  /** A user id. */
  me: string
  clock: Pick<Clock, 'now'>
}

type Sending = Omit<OrderedSenderOptions<Campus>, 'overSocket' | 'onUnreachable' | 'onError'>

function toSending({ store, api, me, clock }: CampusPart, onHeld?: (until: number) => void): Sending {
  return {
    ...{ store, api, kind: createCampusKind(me, clock) },
    listWaiting: (tables) => listWaiting(tables, clock.now(), onHeld),
    commandOf: ({ command }) => command,
    send: (position, entries) =>
      api.send(
        position,
        entries.map(({ command }) => command),
      ),
  }
}

/** Pulls until there is no more. */
export function pullCampus(part: CampusPart, options: PullOptions = {}): Promise<Ending> {
  return pullAll<Campus>(toSending(part), options)
}

/** Sends all that waits over HTTP, in order. */
export function sendCampus(part: CampusPart): Promise<Ending> {
  return sendAllInOrder(toSending(part))
}

/** Sends what waits and pulls what is new, once. Nobody looks at what came, so nothing is read: it is said to have been received. */
export async function syncCampus(part: CampusPart): Promise<Ending> {
  const sent = await sendCampus(part)
  const pulled = sent === 'done' ? await pullCampus(part) : sent
  if (pulled !== 'done') return pulled
  const queued = await part.store.transact((tables) => queueReceipts(tables, part.me, part.clock.now()))
  return queued ? sendCampus(part) : 'done'
}

/** Keeps an account's campus in touch with its server, for ever. */
export function startCampus(
  options: Omit<CampusPart, 'clock'> & {
    environment: Pick<Environment, 'clock' | 'random' | 'openSocket' | 'onWake' | 'requestBackgroundSync'>
    onError(error: unknown): void
  },
): Engine {
  const { environment, store, me, onError } = options
  const { clock } = environment
  let cancelHeld: () => void = () => undefined
  const sending = toSending({ ...options, clock }, (until) => {
    cancelHeld()
    cancelHeld = clock.after(Math.max(0, until - clock.now()), () => engine.flush())
  })
  const engine = startEngine<Campus>({
    ...{ ...sending, store, environment, onError },
    socket: { open: (events) => environment.openSocket(events), contracts: createCampusContracts(me) },
    createSender: (onUnreachable) => createOrderedSender({ ...sending, overSocket: true, onUnreachable, onError }),
    createExtras(send) {
      const watching = createWatching({ clock, store, send, onError })
      return {
        ...watching,
        onRows(rows) {
          watching.onRows(rows)
          receipts.note(rows)
          if (mayBeBare(rows)) filler.begin()
        },
      }
    },
    async findLost() {
      const state = await store.findConnection()
      return state !== undefined && 'since' in state ? state.since : undefined
    },
    check: () => Promise.resolve(undefined),
    onCaughtUp() {
      receipts.noteAll()
      filler.begin()
    },
  })
  const receipts = createReceipts({ clock, store, me, onQueued: () => undefined, onError })
  // What came into a hole may be said to have been received.
  const filler = createHoleFiller({ clock, source: options, onFilled: () => receipts.noteAll(), onError })
  const mayBeBare = createChangeSpotter()
  return {
    wake: engine.wake,
    stop() {
      cancelHeld()
      receipts.stop()
      filler.stop()
      return engine.stop()
    },
  }
}

/** Tells whether what came live may be a change of a message that was said before: what follows on the last one is none. */
function createChangeSpotter(): (rows: readonly LiveRow[]) => boolean {
  const lastN = new Map<string, number>()
  return (rows) => {
    let isChange = false
    for (const row of rows) {
      if (row.type !== 'message') continue
      const before = lastN.get(row.conversationId)
      if (before === undefined || row.n <= before) isChange = true
      lastN.set(row.conversationId, Math.max(row.n, before ?? 0))
    }
    return isChange
  }
}
