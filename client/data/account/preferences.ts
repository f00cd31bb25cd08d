import type { Observable } from 'dexie'
import { liveQuery } from '../../sync/storage/live-query.ts'
import type { Approach } from '../../../shared/protocol/fields.ts'
import type { PreferenceRow } from '../../../shared/protocol/rows.ts'
import type { OutboxEntry } from '../../sync/database.ts'
import { entriesOf, isOptimistic, isWaiting } from '../outbox/pending.ts'
import type { Session } from '../session.ts'

export interface Preferences {
  /** Whether others learn what one has seen; who lets them not learns nothing of theirs. */
  seen: boolean
  /** The same for being there, and when one was last there. */
  presence: boolean
  /** Whose first message, and whose groups, one need not be asked about. */
  directFrom: Approach
  addFrom: Approach
  waiting: boolean
}

export function toPreferences(row: PreferenceRow | undefined, entries: readonly OutboxEntry[]): Preferences {
  const changes = entriesOf(entries, 'preference.set').filter(isOptimistic)
  const preferences: Preferences = {
    ...{ seen: row?.seen ?? true, presence: row?.presence ?? true, waiting: changes.some(isWaiting) },
    directFrom: row?.directFrom ?? 'everybody',
    addFrom: row?.addFrom ?? 'everybody',
  }
  for (const { command } of changes) {
    preferences.seen = command.seen ?? preferences.seen
    preferences.presence = command.presence ?? preferences.presence
    preferences.directFrom = command.directFrom ?? preferences.directFrom
    preferences.addFrom = command.addFrom ?? preferences.addFrom
  }
  return preferences
}

export function watchPreferences({ db }: Session): Observable<Preferences> {
  return liveQuery(async () => {
    const [row, entries] = await Promise.all([
      db.preferences.get('preference'),
      db.outbox.where('conversationId').equals('').sortBy('position'),
    ])
    return toPreferences(row, entries)
  })
}
