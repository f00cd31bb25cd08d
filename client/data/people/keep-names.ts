import { PEOPLE_PER_REQUEST_MAX } from '../../../shared/protocol/limits.ts'
import type { Session } from '../session.ts'
import { holdsEverybody } from './ask-people.ts'

/** Asked about once, somebody who stays on the screen is asked about again after so long. */
const FRESH_MS = 5 * 60_000

/**
 * Keeps the names of those fresh who are shown in one place: in a crowd the log tells of nobody with whom one shares no
 * conversation, and of some who are named nothing may be held. Each is asked about once when the place is opened, and again
 * after a while. With no network nothing happens, and the next time they are shown they are asked about.
 */
export function createNameKeeper(session: Session): (userIds: Iterable<string>) => void {
  const { db, clock } = session
  const askedAt = new Map<string, number>()

  async function ask(ids: readonly string[]): Promise<void> {
    if (await holdsEverybody(db)) return
    const held = await db.users.bulkGet([...ids])
    const shared = await db.members.where('userId').anyOf(ids).toArray()
    const told = new Set(shared.flatMap(({ userId, removed }) => (removed ? [] : [userId])))
    const wanted = ids.filter((id, index) => held[index] === undefined || !told.has(id))
    if (wanted.length === 0) return
    const { fetchById } = await import('./fetch-people.ts')
    for (let from = 0; from < wanted.length; from += PEOPLE_PER_REQUEST_MAX) {
      const some = wanted.slice(from, from + PEOPLE_PER_REQUEST_MAX)
      const outcome = await fetchById(session, some)
      if (outcome.kind === 'offline') some.forEach((id) => askedAt.delete(id))
    }
  }

  return (userIds) => {
    const now = clock.now()
    const due = [...new Set(userIds)].filter((id) => now - (askedAt.get(id) ?? -Infinity) >= FRESH_MS)
    if (due.length === 0) return
    for (const id of due) askedAt.set(id, now)
    // Who signs out closes the database under what is asked: then nobody is shown any more.
    ask(due).catch(() => due.forEach((id) => askedAt.delete(id)))
  }
}
