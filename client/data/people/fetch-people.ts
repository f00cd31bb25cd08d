import { createDexieStore } from '../../sync/dexie-store.ts'
import { findPeople, searchPeople } from '../../sync/people.ts'
import type { Session } from '../session.ts'

// What asking the server takes of sync, loaded when somebody is asked about: where everybody is held nobody ever is.

type Asking = Pick<Session, 'db' | 'api'>

const toSource = ({ db, api }: Asking) => ({ store: createDexieStore(db), api })

/** Asks the server for people by what they are called, and holds whom it names. */
export function fetchByName(session: Asking, words: string, after: string | null): ReturnType<typeof searchPeople> {
  return searchPeople(toSource(session), words, after)
}

/** Asks the server what these people are called now, and holds that. */
export function fetchById(session: Asking, ids: readonly string[]): ReturnType<typeof findPeople> {
  return findPeople(toSource(session), ids)
}
