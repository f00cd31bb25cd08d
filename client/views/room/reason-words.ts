import type { Reason } from '../../../shared/classroom/fields.ts'

const WORDS: Record<Reason, string> = {
  off_topic: 'off topic',
  answered_before: 'answered before',
  unclear: 'unclear',
  disrespectful: 'disrespectful',
  other: 'for another reason',
}

/** Why a question was dismissed, as it follows a colon. */
export function reasonWords(reason: Reason): string {
  return WORDS[reason]
}
