import * as v from 'valibot'
import {
  draftRow,
  reactionRow,
  revisionRow,
  settingRow,
  type DraftRow,
  type ReactionRow,
  type RevisionRow,
  type SettingRow,
} from '../../shared/protocol/rows.ts'
import type { LogRow } from './types.ts'
import type { AnnotationTable, PersonalTable } from '../store/schema.ts'
import { membersOf } from './records.ts'

/*
 * The rows that are kept with their key in columns and the rest as JSON: what hangs on messages, and what is somebody's own.
 */

export type AnnotationRow = RevisionRow | ReactionRow
export type PersonalRow = SettingRow | DraftRow

const BODIES = {
  revision: v.pick(revisionRow, ['text', 'at']),
  reaction: v.pick(reactionRow, ['emoji']),
  setting: v.pick(settingRow, ['mutedUntil', 'pinned', 'archivedN', 'markedUnread']),
  draft: v.pick(draftRow, ['text', 'replyToId', 'changedAt']),
}

export function toAnnotationRow(record: AnnotationTable): AnnotationRow {
  const content: unknown = JSON.parse(record.body)
  const { seq, conversation_id: conversationId, message_id: messageId, user_id: userId, k } = record
  switch (record.kind) {
    case 'revision':
      return { type: 'revision', seq, conversationId, messageId, k, ...v.parse(BODIES.revision, content) }
    case 'reaction':
      return { type: 'reaction', seq, conversationId, messageId, userId, ...v.parse(BODIES.reaction, content) }
  }
}

export function toAnnotationRecord(row: AnnotationRow, withheldFrom: string | null): AnnotationTable {
  const body = JSON.stringify(v.parse(BODIES[row.type], row))
  return { ...toAnnotationKey(row), seq: row.seq, body, withheld_from: withheldFrom }
}

/** Equal for two states of the same row. */
export function annotationKey(row: AnnotationRow): string {
  const { conversation_id, message_id, kind, user_id, k } = toAnnotationKey(row)
  return `${kind}/${conversation_id}/${message_id}/${user_id}/${k}`
}

function toAnnotationKey(row: AnnotationRow): Omit<AnnotationTable, 'seq' | 'body' | 'withheld_from'> {
  return {
    conversation_id: row.conversationId,
    message_id: row.messageId,
    kind: row.type,
    user_id: 'userId' in row ? row.userId : '',
    k: 'k' in row ? row.k : 0,
  }
}

/** Whoever is not to have it sees a reaction taken away, and no revision. */
export function addressAnnotation(row: AnnotationRow, withheldFrom: string | null): LogRow<AnnotationRow>[] {
  const audience = membersOf(row.conversationId)
  if (withheldFrom === null || audience.kind !== 'members') return [{ row, audience }]
  const forMost: LogRow<AnnotationRow> = { row, audience: { ...audience, except: withheldFrom } }
  if (row.type === 'revision') return [forMost]
  return [forMost, { row: { ...row, emoji: [] }, audience: { ...audience, only: withheldFrom } }]
}

/** The row as this reader has it, if they do. */
export function toShownAnnotation(userId: string, record: AnnotationTable): AnnotationRow[] {
  const row = toAnnotationRow(record)
  if (record.withheld_from !== userId) return [row]
  return row.type === 'reaction' ? [{ ...row, emoji: [] }] : []
}

export function toPersonalRow(record: Pick<PersonalTable, 'conversation_id' | 'kind' | 'seq' | 'body'>): PersonalRow {
  const content: unknown = JSON.parse(record.body)
  const { seq, conversation_id: conversationId } = record
  return record.kind === 'setting'
    ? { type: 'setting', seq, conversationId, ...v.parse(BODIES.setting, content) }
    : { type: 'draft', seq, conversationId, ...v.parse(BODIES.draft, content) }
}

export function fromPersonal(record: PersonalTable): LogRow<PersonalRow> {
  return { row: toPersonalRow(record), audience: { kind: 'user', userId: record.user_id } }
}

export function toPersonalRecord(userId: string, row: PersonalRow): PersonalTable {
  return {
    user_id: userId,
    conversation_id: row.conversationId,
    kind: row.type,
    seq: row.seq,
    body: JSON.stringify(v.parse(BODIES[row.type], row)),
  }
}
