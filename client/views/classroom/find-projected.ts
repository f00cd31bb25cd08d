import type { ClassroomView, QuestionView } from '../../data/classroom/views.ts'

/** The question on the wall: the chosen one, as long as it is shown. One that was withdrawn or merged leaves the wall to the list. */
export function findProjected(
  questions: readonly QuestionView[],
  classroom: Pick<ClassroomView, 'focusQuestionId'> | undefined,
): QuestionView | undefined {
  return questions.find(({ id, state }) => id === classroom?.focusQuestionId && state === 'shown')
}
