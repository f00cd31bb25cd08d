/*
 * What an outbox does with an entry that the server could not take, though nothing is wrong with it: the entry is held,
 * and tried again after a while by itself. What builds on it waits with it; everything else goes on.
 */

/** Not tried between these two, in milliseconds since 1970. */
export interface Hold {
  from: number
  until: number
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

/** Those that may go now, in the order in which they were written: waiting, not held, and not behind one that is. */
export function listDue<Sent extends Entry>(
  entries: readonly Sent[],
  now: number,
  /** What an entry is about, and what it holds back of that while it is held itself. */
  { subjectOf, isFoundation }: { subjectOf(entry: Sent): string; isFoundation(entry: Sent): boolean },
): Sent[] {
  const held = new Set<string>()
  return entries
    .filter(({ state }) => state.kind === 'waiting')
    .sort((one, other) => one.position - other.position)
    .filter((entry) => {
      const subject = subjectOf(entry)
      if (isHeld(entry, now) && isFoundation(entry)) held.add(subject)
      return !isHeld(entry, now) && !held.has(subject)
    })
}

/** A clock that was set back holds nothing for longer. */
export function isHeld({ state: { hold } }: Pick<Entry, 'state'>, now: number): boolean {
  return hold !== undefined && hold.from <= now && now < hold.until
}
