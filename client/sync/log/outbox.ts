/*
 * What an outbox does with an entry that the server could not take, though nothing is wrong with it: the entry is held,
 * and tried again after a while by itself. What builds on it waits with it; everything else goes on.
 */

/** Not tried between these two, in milliseconds since 1970. */
export interface Hold {
  from: number
  until: number
  /** The server said so long: that was a lot at once. */
  slowed?: boolean
}

interface Entry {
  position: number
  state: { kind: string; hold?: Hold | undefined }
}

const HOLD_MS = 60_000
const HOLD_MAX_MS = 60 * 60_000

/** From now on; the longer it has been tried `since`, the longer. */
export function holdFrom(now: number, since = now): Hold {
  return { from: now, until: now + Math.min(HOLD_MAX_MS, Math.max(HOLD_MS, (now - since) / 10)) }
}

/** What of an outbox waits for what. */
export interface Order<Sent> {
  /** What an entry is about: none waits for one about something else. */
  subjectOf(entry: Sent): string
  /** The same for entries of one subject behind which the same have to stay. */
  likenessOf(entry: Sent): string
  /** Of two about the same, whether the later one stays behind the earlier while that waits. */
  staysBehind(later: Sent, earlier: Sent): boolean
}

/** Those that may go now, in the order in which they were written: waiting, not held, and not behind one that stays here. */
export function listDue<Sent extends Entry>(entries: readonly Sent[], now: number, order: Order<Sent>): Sent[] {
  /** One of each likeness of those that stay, by what they are about. */
  const staying = new Map<string, Map<string, Sent>>()
  return entries
    .filter(({ state }) => state.kind === 'waiting')
    .sort((one, other) => one.position - other.position)
    .filter((entry) => {
      const subject = order.subjectOf(entry)
      const before = staying.get(subject) ?? new Map<string, Sent>()
      const stays = isHeld(entry, now) || [...before.values()].some((earlier) => order.staysBehind(entry, earlier))
      if (stays) staying.set(subject, before.set(order.likenessOf(entry), entry))
      return !stays
    })
}

/** When the next of those that are held may go; undefined when none is. */
export function findNextDue(entries: readonly Entry[], now: number): number | undefined {
  const ends = entries.flatMap((entry) => {
    const { kind, hold } = entry.state
    return kind === 'waiting' && hold !== undefined && isHeld(entry, now) ? [hold.until] : []
  })
  return ends.length === 0 ? undefined : Math.min(...ends)
}

/** A clock that was set back holds nothing for longer. */
export function isHeld({ state: { hold } }: Pick<Entry, 'state'>, now: number): boolean {
  return hold !== undefined && hold.from <= now && now < hold.until
}
