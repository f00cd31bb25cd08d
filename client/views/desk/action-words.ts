import type { StaffAction } from '../../data/classroom/staff-action.ts'
import type { QuestionView } from '../../data/classroom/views.ts'
import { unreachable } from '../../../shared/unreachable.ts'
import type { ActionName } from './question-actions.ts'

export type PlainAction = Exclude<ActionName, 'answer' | 'merge' | 'rephrase' | 'remove-photo' | 'dismiss'>

/** What is done at once, without asking for more, and what is said of it. */
export function toPlainAction(name: PlainAction, question: QuestionView): { action: StaffAction; said: string } {
  const { id: questionId } = question
  const it = questionName(question)
  switch (name) {
    case 'approve':
      return {
        action: { type: 'question.judge', questionId, state: 'shown', reason: null, note: null },
        said: `${it} is shown`,
      }
    case 'hold':
      return {
        action: { type: 'question.judge', questionId, state: 'held', reason: null, note: null },
        said: `${it} is held back`,
      }
    case 'aloud': {
      const answered = question.answered === 'aloud' ? 'no' : 'aloud'
      const said = answered === 'aloud' ? `${it} was answered aloud` : `${it} is not answered after all`
      return { action: { type: 'question.mark', questionId, answered }, said }
    }
    case 'pin':
      return {
        action: { type: 'question.mark', questionId, pinned: !question.pinned },
        said: `${it} is ${question.pinned ? 'not pinned any more' : 'pinned'}`,
      }
    case 'mute':
      return {
        action: { type: 'question.mark', questionId, muted: !question.muted },
        said: `The thread of ${it.toLowerCase()} is ${question.muted ? 'open again' : 'muted'}`,
      }
    case 'focus':
      return toFocus(question)
    case 'unfocus':
      return toFocus(null)
    default:
      return unreachable(name)
  }
}

/** What shows one question on the projector, or with null the list. */
export function toFocus(question: QuestionView | null): { action: StaffAction; said: string } {
  const said = question === null ? 'The projector shows the list' : `${questionName(question)} is on the projector`
  return { action: { type: 'focus.set', questionId: question?.id ?? null, pollId: null }, said }
}

/** "Question 12" */
export function questionName({ n }: Pick<QuestionView, 'n'>): string {
  return n === null ? 'Question' : `Question ${n}`
}
