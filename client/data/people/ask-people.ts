import { systemClock } from '../../../shared/clock.ts'
import { EVERYONE_ID } from '../../../shared/protocol/fields.ts'
import type { Session } from '../session.ts'
import type { Person } from './person.ts'
import { searchPeople } from './search-people.ts'

/*
 * In a crowd this device holds those whom it has met. Who looks for somebody finds those at once, and is asked about at
 * the server a moment after the last key: whoever comes from there is held from then on, and so is found like all others,
 * also with no network. Where everybody is held, nobody is asked.
 */

export interface AskedPeople {
  /** How many are registered. */
  total: number
  /** Whether more than have come are called so. */
  hasMore: boolean
}

export interface PeopleAsker {
  /** Those of these people whom the words find; the server is asked for others. */
  search(people: readonly Person[], words: string): readonly Person[]
  /** Asks the server for whom these words find, unless it was asked just now. */
  want(words: string): void
  /** Asks for the next page of what was wanted last. */
  more(): Promise<void>
}

const ASK_AFTER_MS = 250

/** One for each place in which somebody looks for people. `onAsked` hears what the server said, and null while it is not known. */
export function createPeopleAsker(
  session: Session,
  onAsked: (asked: AskedPeople | null) => void = () => undefined,
): PeopleAsker {
  let wanted: string | null = null
  let next: string | null = null
  let cancel: () => void = () => undefined

  async function ask(words: string, after: string | null): Promise<void> {
    const outcome = await askPeople(session, words, after)
    if (words !== wanted) return
    if (outcome === null) {
      // With no network this is no answer: the same words ask again.
      wanted = null
      return
    }
    next = outcome.next
    onAsked({ total: outcome.total, hasMore: outcome.next !== null })
  }

  function want(words: string): void {
    if (words === wanted) return
    wanted = words
    next = null
    onAsked(null)
    cancel()
    cancel = systemClock.after(words === '' ? 0 : ASK_AFTER_MS, () => void ask(words, null))
  }

  return {
    want,
    search(people, words) {
      if (words !== '') want(words)
      return searchPeople(people, words)
    },
    async more() {
      if (wanted !== null && next !== null) await ask(wanted, next)
    },
  }
}

/** Asks the server for people, and holds whom it names; null where nobody need be asked, or nobody answers. */
export async function askPeople(
  session: Pick<Session, 'db' | 'api'>,
  words: string,
  after: string | null,
): Promise<{ total: number; next: string | null } | null> {
  if (await holdsEverybody(session.db)) return null
  const part = await import('./fetch-people.ts').catch(() => null)
  const outcome = await part?.fetchByName(session, words, after)
  return outcome?.kind === 'found' ? outcome : null
}

/** Whether everybody registered is held here. Who never heard of it is not sure. */
export async function holdsEverybody(db: Session['db']): Promise<boolean> {
  return (await db.conversations.get(EVERYONE_ID))?.crowded === false
}
