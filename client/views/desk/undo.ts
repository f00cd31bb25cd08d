import type { StaffAction } from '../../data/classroom/staff-action.ts'
import type { QuestionView } from '../../data/classroom/views.ts'

export interface Projected {
  focusQuestionId: string | null
  focusPollId: string | null
}

/** What undoes an action of staff, given how things stood before it, in order; null where nothing does. */
export function findUndo(
  action: StaffAction,
  questions: readonly QuestionView[],
  projected: Projected,
): StaffAction[] | null {
  switch (action.type) {
    case 'question.judge':
    case 'question.merge':
      return undoJudgement(action, questions)
    case 'question.mark': {
      const before = questions.find(({ id }) => id === action.questionId)
      if (before === undefined) return null
      const { type, questionId } = action
      const { pinned, muted } = before
      return [
        {
          ...{ type, questionId },
          ...(action.pinned !== undefined && { pinned }),
          ...(action.muted !== undefined && { muted }),
          ...(action.answered !== undefined && { answered: before.answered === 'aloud' ? 'aloud' : 'no' }),
        },
      ]
    }
    case 'focus.set':
      return [{ type: 'focus.set', questionId: projected.focusQuestionId, pollId: projected.focusPollId }]
    default:
      return null
  }
}

function undoJudgement(
  { questionId }: { questionId: string },
  questions: readonly QuestionView[],
): StaffAction[] | null {
  const before = questions.find(({ id }) => id === questionId)
  if (before === undefined || before.state === 'waiting' || before.state === 'withdrawn') return null
  if (before.state === 'merged') {
    return before.mergedInto === null ? null : [{ type: 'question.merge', questionId, into: before.mergedInto }]
  }
  const { state, reason, note } = before
  // What had been merged into it went along, and comes back behind it: only into one that is shown.
  const along = questions.filter(({ mergedInto }) => mergedInto === questionId)
  if (along.length > 0 && state !== 'shown') return null
  return [
    { type: 'question.judge', questionId, state, reason, note },
    ...along.map(({ id }): StaffAction => ({ type: 'question.merge', questionId: id, into: questionId })),
  ]
}
