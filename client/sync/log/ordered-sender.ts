import { BODY_BYTES_MAX, COMMANDS_PER_REQUEST_MAX } from '../../../shared/protocol/limits.ts'
import { singleFlight } from '../single-flight.ts'
import { endingOf, pullAll, type Part } from './exchange.ts'
import type { Answer, Ending, KindTypes, LogError } from './kind.ts'
import type { DevicePosition } from './position.ts'
import type { Link, Sender } from './sender.ts'

/*
 * Sends an outbox in the order in which it was written: over the socket where the contract lets commands over it,
 * else in requests, each with as many commands as fit, one request at a time. What is not answered is sent
 * again from the first one on.
 */

export interface OrderedSenderOptions<Types extends KindTypes> extends Part<Types> {
  overSocket: boolean
  listWaiting(tables: Types['tables']): Promise<Types['entry'][]>
  /** What goes over the wire of an entry. */
  commandOf(entry: Types['entry']): { id: string }
  send(
    position: DevicePosition,
    entries: readonly Types['entry'][],
  ): Promise<Answer<readonly Types['result'][], LogError>>
  onUnreachable(): void
  onError(error: unknown): void
}

/** What a request has around its commands. */
const ENVELOPE_BYTES = 1_000

export function createOrderedSender<Types extends KindTypes>(options: OrderedSenderOptions<Types>): Sender {
  let link: Link = { kind: 'none' }
  let stopped = false
  const flushByHttp = singleFlight(async () => {
    const ending = await sendAll(options, () => stopped || link.kind === 'none')
    if (ending !== 'done') options.onUnreachable()
  }, fail)

  /** The device's own storage failed: what waits goes with the next connection, and not with the next word. */
  function fail(error: unknown): void {
    options.onError(error)
    options.onUnreachable()
  }

  return {
    setLink(next) {
      link = next
      if (options.overSocket) return
      flushByHttp()
    },
    flush() {
      if (stopped || link.kind === 'none') return
      if (link.kind === 'socket' && options.overSocket) link.flush()
      else flushByHttp()
    },
    sendAll: (isOver) => sendAll(options, isOver),
    stop: () => (stopped = true),
  }
}

/** Sends all that waits over HTTP, in order, a request at a time. */
export async function sendAll<Types extends KindTypes>(
  options: Omit<OrderedSenderOptions<Types>, 'overSocket' | 'onUnreachable' | 'onError'>,
  isOver: () => boolean = () => false,
): Promise<Ending> {
  const { store, kind } = options
  for (;;) {
    if (isOver()) return 'done'
    const { position, waiting } = await store.transact(async (tables) => ({
      position: await tables.getPosition(),
      waiting: await options.listWaiting(tables),
    }))
    if (waiting.length === 0) return 'done'
    if (position.restoring) {
      // What the server lost goes first, and only a pull tells what that is.
      const ending = await pullAll(options, { isOver })
      if (ending !== 'done') return ending
      continue
    }
    const entries = takeRequest(options, waiting)
    const answer = await options.send(position, entries)
    if (answer.kind === 'refused' && ['lineage_ended', 'epoch_changed'].includes(answer.error.code)) {
      const ending = await pullAll(options, { isOver })
      if (ending !== 'done') return ending
      continue
    }
    if (answer.kind !== 'ok') return endingOf(kind, answer)
    const answered = new Set(answer.value.map(({ id }) => id))
    // Asking again at once would ask in circles.
    if (!entries.some(({ id }) => answered.has(id))) return 'unreachable'
    await store.transact(async (tables) => {
      // An answer of a history that we have left meanwhile is none: what was asked is asked again.
      if ((await tables.getPosition()).lineage === position.lineage) await kind.settle(tables, answer.value)
    })
  }
}

/** As many entries as fit into one request, at least one. */
function takeRequest<Types extends KindTypes>(
  { commandOf }: Pick<OrderedSenderOptions<Types>, 'commandOf'>,
  waiting: readonly Types['entry'][],
): Types['entry'][] {
  let bytes = 0
  const taken: Types['entry'][] = []
  for (const entry of waiting.slice(0, COMMANDS_PER_REQUEST_MAX)) {
    bytes += new TextEncoder().encode(JSON.stringify(commandOf(entry))).length + 1
    if (taken.length > 0 && bytes > BODY_BYTES_MAX - ENVELOPE_BYTES) break
    taken.push(entry)
  }
  return taken
}
