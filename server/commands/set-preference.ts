import type { Rule } from './rule.ts'

/** What is switched off holds from now on: what others were shown before, they know. */
export const setPreference: Rule<'preference.set'> = {
  needs: (needs, userId) => needs.preferences.add(userId),
  decide(batch, userId, { seen, presence }) {
    const before = batch.findPreference(userId) ?? { user_id: userId, seq: 0, seen: 1, presence: 1 }
    const toFlag = (on: boolean | undefined, otherwise: number) => (on === undefined ? otherwise : on ? 1 : 0)
    const after = { ...before, seen: toFlag(seen, before.seen), presence: toFlag(presence, before.presence) }
    if (after.seen !== before.seen || after.presence !== before.presence) batch.setPreference(after)
    return undefined
  },
}
