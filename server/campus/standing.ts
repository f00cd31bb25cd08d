import type { Store } from '../store/store.ts'
import type { LoadedStanding } from './roster.ts'
import { loadView } from './view.ts'

/** What decides what one user hears, as the database has it. Throws when there is no such log. */
export async function loadStanding(store: Pick<Store, 'db'>, log: string, userId: string): Promise<LoadedStanding> {
  const view = await loadView(store.db, log, userId)
  if (view === undefined) throw new Error(`there is no log "${log}"`)
  const { preference } = view
  const members = [...view.ended, ...view.places.flatMap(({ member }) => member ?? [])]
  return {
    changedAt: Math.max(preference.seq, ...members.map((member) => member.seq)),
    seen: preference.seen === 1,
    presence: preference.presence === 1,
    conversations: view.places.flatMap(({ member }) => member?.conversation_id ?? []),
  }
}
