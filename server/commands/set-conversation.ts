import { refusal } from '../../shared/protocol/errors.ts'
import type { SettingRow } from '../../shared/protocol/rows.ts'
import { addPair } from '../campus/batch.ts'
import { findOwn, needConversation } from './access.ts'
import type { Rule } from './rule.ts'

export const setConversation: Rule<'conversation.set'> = {
  needs(needs, userId, { conversationId }) {
    needConversation(needs, conversationId, userId)
    addPair(needs.personal, conversationId, userId)
  },
  decide(batch, userId, { conversationId, mutedUntil, pinned, archivedN, markedUnread }) {
    const conversation = findOwn(batch, conversationId, userId)
    if (conversation === undefined) return refusal('not_a_member')
    const before: SettingRow = batch.findSetting(conversationId, userId) ?? {
      type: 'setting',
      seq: 0,
      conversationId,
      mutedUntil: null,
      pinned: false,
      archivedN: null,
      markedUnread: false,
    }
    const after: SettingRow = {
      ...before,
      mutedUntil: mutedUntil === undefined ? before.mutedUntil : mutedUntil,
      pinned: pinned ?? before.pinned,
      // Archived ahead of what was said so far, it would hide what is yet to come.
      archivedN: archivedN === undefined ? before.archivedN : archivedN && Math.min(archivedN, conversation.last_n),
      markedUnread: markedUnread ?? before.markedUnread,
    }
    const differs = (['mutedUntil', 'pinned', 'archivedN', 'markedUnread'] as const).some(
      (key) => before[key] !== after[key],
    )
    if (differs) batch.setPersonal(userId, after)
    return undefined
  },
}
