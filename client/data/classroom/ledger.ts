import type { Observable } from 'dexie'
import { liveQuery } from '../../sync/storage/live-query.ts'
import { REASONS, type Reason } from '../../../shared/classroom/reasons.ts'
import type { QuestionRow } from '../../../shared/classroom/rows.ts'
import type { OpenedClassroom } from './opened-classroom.ts'
import type { Ledger } from './views.ts'

/** What became of all questions: the same for everybody, because every question's state is sent to all. */
export function watchLedger({ db }: OpenedClassroom): Observable<Ledger> {
  return liveQuery(async () => toLedger(await db.questions.toArray()))
}

export function toLedger(questions: readonly QuestionRow[]): Ledger {
  const count = (state: QuestionRow['state']) => questions.filter((row) => row.state === state).length
  const dismissed = questions.filter(({ state }) => state === 'dismissed')
  return {
    asked: questions.length,
    shown: count('shown'),
    held: count('held'),
    rephrase: count('rephrase'),
    merged: count('merged'),
    withdrawn: count('withdrawn'),
    answered: questions.filter(({ state, answered }) => state === 'shown' && answered !== 'no').length,
    dismissed: REASONS.map((reason) => ({
      reason,
      count: dismissed.filter((row) => (row.reason ?? 'other') === reason).length,
    })).filter((one) => one.count > 0),
  }
}

/** Such as "12 asked, 9 shown, 2 merged, 1 dismissed: off topic". */
export function ledgerSentence(ledger: Ledger): string {
  const parts = [
    `${ledger.asked} asked`,
    `${ledger.shown} shown`,
    ...describe(ledger.held, 'held'),
    ...describe(ledger.rephrase, 'to be rephrased'),
    ...describe(ledger.merged, 'merged'),
    ...describe(ledger.withdrawn, 'withdrawn'),
    ...describeDismissed(ledger.dismissed),
  ]
  return parts.join(', ')
}

/** Why a question was dismissed, in words. */
export function reasonWords(reason: Reason): string {
  return REASON_WORDS[reason]
}

const REASON_WORDS: Record<Reason, string> = {
  off_topic: 'off topic',
  answered_before: 'answered before',
  unclear: 'unclear',
  disrespectful: 'disrespectful',
  other: 'another reason',
}

function describe(count: number, what: string): string[] {
  return count === 0 ? [] : [`${count} ${what}`]
}

function describeDismissed(dismissed: Ledger['dismissed']): string[] {
  const [first, ...others] = dismissed
  if (first === undefined) return []
  if (others.length === 0) return [`${first.count} dismissed: ${reasonWords(first.reason)}`]
  const count = dismissed.reduce((sum, one) => sum + one.count, 0)
  return [`${count} dismissed: ${dismissed.map((one) => `${one.count} ${reasonWords(one.reason)}`).join(', ')}`]
}
