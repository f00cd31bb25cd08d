/*
 * What every outbox does with an entry that the server could not take, though nothing is wrong with it: it waits a
 * while and is tried again by itself, and holds back what was written after it about the same thing, so that an answer
 * never comes before what it answers. Everything else goes on.
 */

interface Entry {
  position: number
  state: { kind: string; notBefore?: number }
}

/** How long a held entry waits. */
export const HOLD_MS = 60_000

/** Those that may go now, in the order in which they were written. */
export function listDue<Sent extends Entry>(
  entries: readonly Sent[],
  subjectOf: (entry: Sent) => string,
  now: number,
): Sent[] {
  const held = new Set<string>()
  return entries
    .filter(({ state }) => state.kind === 'waiting')
    .sort((one, other) => one.position - other.position)
    .filter((entry) => {
      const subject = subjectOf(entry)
      if (isHeld(entry, now) && subject !== '') held.add(subject)
      return !isHeld(entry, now) && !held.has(subject)
    })
}

function isHeld({ state: { notBefore } }: Entry, now: number): boolean {
  // A clock that was set back must not hold for years.
  return notBefore !== undefined && notBefore > now && notBefore <= now + HOLD_MS
}
