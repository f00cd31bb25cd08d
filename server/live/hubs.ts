import { type Clock, repeat } from '../../shared/clock.ts'
import type { Bus, Channel } from '../bus/bus.ts'
import type { Committed } from '../log/group-commit.ts'
import type { KindTypes, LogKind } from '../log/kind.ts'
import { listHeads } from '../log/log-tables.ts'
import type { Store } from '../store/store.ts'
import type { Audiences } from './audiences.ts'
import { createHub, type Hub, type HubObserver, type Onlooker } from './hub.ts'
import { createLogFollower } from './log-follower.ts'

/**
 * The hubs of all logs of one kind that are followed in this process. The bus tells them of changes; should
 * it lose a word, a look at the heads, one statement for all of them, finds out.
 */
export interface Hubs<Types extends KindTypes> {
  /** The hub of a log. It stays for a while though nobody follows, so that a short cut finds it as it was. */
  open(log: string): Hub<Types>
  /** The hub of a log that stays as long as this process. */
  keep(log: string): Hub<Types>
  /** The hub of a log, if it is open. */
  find(log: string): Hub<Types> | undefined
  close(): void
}

/** So often that, with what it takes to read and to send, what the bus does not tell is on a screen within a second. */
export const POLL_EVERY_MS = 750
/** The bus is quicker than a look at the heads: what it has not told so long after one, it will not. */
const ON_ITS_WAY_MS = 100
/** Longer than a socket that was let in may wait before it says hello. */
export const IDLE_MS = 60_000

export function createHubs<Types extends KindTypes>(options: {
  kind: Pick<LogKind<Types>, 'tables' | 'toRowKey' | 'loadChanges'>
  channel: Channel<Committed<Types>>
  store: Pick<Store, 'db' | 'read'>
  bus: Pick<Bus, 'listen' | 'onResumed' | 'isThere'>
  clock: Clock
  createAudiences(log: string): Audiences<Types>
  /** Hears of each batch of a log too. */
  onlooker?: (log: string) => Onlooker<Types>
  onError: (error: unknown) => void
  observer?: HubObserver | undefined
}): Hubs<Types> {
  const { kind, store, bus, clock, onError } = options
  const hubs = new Map<string, ReturnType<typeof createHub<Types>>>()
  const closing = new Map<string, () => void>()
  const kept = new Set<string>()
  let isClosed = false
  let stopMissing: () => void = () => undefined

  function create(log: string): ReturnType<typeof createHub<Types>> {
    return createHub<Types>({
      log,
      clock,
      toRowKey: kind.toRowKey,
      audiences: options.createAudiences(log),
      onlooker: options.onlooker?.(log),
      observer: options.observer,
      createFollower: (listener) =>
        createLogFollower({ log, kind, store, listener, onError, onGap: options.observer?.onGap }),
      onEmpty: () => closeLater(log),
    })
  }

  /** Also a hub that nobody has followed yet: whoever it was opened for may never come. */
  function closeLater(log: string): void {
    closing.get(log)?.()
    closing.delete(log)
    if (kept.has(log)) return
    closing.set(
      log,
      clock.after(IDLE_MS, () => remove(log)),
    )
  }

  function remove(log: string): void {
    closing.delete(log)
    const hub = hubs.get(log)
    if (hub?.isEmpty !== true) return
    hub.stop()
    hubs.delete(log)
  }

  function open(log: string): Hub<Types> {
    const hub = hubs.get(log) ?? create(log)
    hubs.set(log, hub)
    if (hub.isEmpty) closeLater(log)
    return hub
  }

  async function poll(): Promise<void> {
    if (hubs.size === 0) return
    try {
      const asked = [...hubs.keys()]
      const heads = await listHeads(store.db, kind.tables, asked)
      if (isClosed) return
      for (const head of heads) hubs.get(head.log)?.poll(head)
      const ahead = heads.filter(({ log, head }) => head > (hubs.get(log)?.position.head ?? head))
      const miss = () => ahead.forEach((head) => hubs.get(head.log)?.miss(head))
      if (!bus.isThere()) miss()
      else if (ahead.length > 0) stopMissing = clock.after(ON_ITS_WAY_MS, miss)
      const found = new Set(heads.map(({ log }) => log))
      for (const log of asked) if (!found.has(log)) void hubs.get(log)?.look()
    } catch (error) {
      onError(error)
    }
  }

  const stops = [
    bus.listen(options.channel, (committed) => hubs.get(committed.log)?.hear(committed)),
    bus.onResumed(() => hubs.forEach((hub) => void hub.look())),
    repeat(clock, POLL_EVERY_MS, poll),
  ]
  return {
    open,
    keep(log) {
      kept.add(log)
      return open(log)
    },
    find: (log) => hubs.get(log),
    close() {
      isClosed = true
      stops.forEach((stop) => stop())
      stopMissing()
      for (const hub of hubs.values()) hub.stop()
      for (const cancel of closing.values()) cancel()
    },
  }
}
