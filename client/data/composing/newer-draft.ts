import type { DraftRow } from '../../../shared/protocol/rows.ts'
import type { Draft } from '../../sync/database.ts'

export interface NewerDraft {
  text: string
  replyToId: string | null
  changedAt: number
  /** Written on another device after what was written here. */
  fromElsewhere: boolean
}

/** What was last begun, here or on another device; null when that is nothing. */
export function findNewerDraft(here: Draft | undefined, kept: DraftRow | undefined): NewerDraft | null {
  const fromElsewhere = kept !== undefined && kept.changedAt > (here?.changedAt ?? 0)
  const draft = fromElsewhere ? kept : here
  if (draft === undefined || isEmpty(draft)) return null
  const { text, replyToId, changedAt } = draft
  return { text, replyToId, changedAt, fromElsewhere }
}

export function isEmpty({ text, replyToId }: { text: string; replyToId: string | null }): boolean {
  return text.trim() === '' && replyToId === null
}
