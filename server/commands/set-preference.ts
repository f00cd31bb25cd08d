import type { Approach } from '../../shared/protocol/fields.ts'
import type { PreferenceTable } from '../store/schema.ts'
import type { Rule } from './rule.ts'

/** What is switched off holds from now on: what others were shown before, they know. */
export const setPreference: Rule<'preference.set'> = {
  needs: (needs, userId) => needs.preferences.add(userId),
  decide(batch, userId, { seen, presence, directFrom, addFrom }) {
    const before = batch.findPreference(userId) ?? {
      user_id: userId,
      seq: 0,
      seen: 1,
      presence: 1,
      direct_from: null,
      add_from: null,
    }
    const toFlag = (on: boolean | undefined, otherwise: number) => (on === undefined ? otherwise : on ? 1 : 0)
    const after = {
      ...{ ...before, seen: toFlag(seen, before.seen), presence: toFlag(presence, before.presence) },
      direct_from: toColumn(directFrom, before.direct_from),
      add_from: toColumn(addFrom, before.add_from),
    }
    const keys = ['seen', 'presence', 'direct_from', 'add_from'] as const
    if (keys.some((key) => after[key] !== before[key])) batch.setPreference(after)
    return undefined
  },
}

type Column = PreferenceTable['direct_from']

function toColumn(chosen: Approach | undefined, otherwise: Column): Column {
  if (chosen === undefined) return otherwise
  return chosen === 'everybody' ? null : chosen
}
