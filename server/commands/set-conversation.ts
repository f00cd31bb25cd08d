import { fromArrangementId } from '../../shared/arrangement-id.ts'
import { refusal } from '../../shared/protocol/errors.ts'
import type { SettingRow } from '../../shared/protocol/rows.ts'
import type { Batch } from '../campus/batch.ts'
import { addPair } from '../campus/needs.ts'
import { findOwn, needConversation } from './access.ts'
import type { Rule } from './rule.ts'

export const setConversation: Rule<'conversation.set'> = {
  needs(needs, userId, { conversationId }) {
    const classroomId = fromArrangementId(conversationId)
    if (classroomId === null) needConversation(needs, conversationId, userId)
    else addPair(needs.staff, classroomId, userId)
    addPair(needs.personal, conversationId, userId)
  },
  decide(batch, userId, { conversationId, mutedUntil, pinned, archivedN, markedUnread }) {
    const lastN = findLastN(batch, conversationId, userId)
    if (lastN === undefined) return refusal('not_a_member')
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
      archivedN: archivedN === undefined ? before.archivedN : archivedN && Math.min(archivedN, lastN),
      markedUnread: markedUnread ?? before.markedUnread,
    }
    const differs = (['mutedUntil', 'pinned', 'archivedN', 'markedUnread'] as const).some(
      (key) => before[key] !== after[key],
    )
    if (differs) batch.setPersonal(userId, after)
    return undefined
  },
}

/**
 * The last number in what one arranges, or nothing where it is not one's own to arrange. Of a classroom it is 0 here: how
 * many questions there were would stand in this log beside exact times, and date them.
 */
function findLastN(batch: Batch, conversationId: string, userId: string): number | undefined {
  const classroomId = fromArrangementId(conversationId)
  if (classroomId !== null) return batch.isStaff(classroomId, userId) ? 0 : undefined
  return findOwn(batch, conversationId, userId)?.last_n
}
