import type { QuestionTable } from '../../store/schema.ts'
import type { ClassroomBatch } from '../classroom-batch.ts'
import { needQuestionWithThread } from '../needs.ts'
import { toQuestionPhoto } from '../question-photo.ts'
import { findOwnQuestion } from './own-question.ts'
import type { StudentRule } from './rule.ts'
import { checkQuestionText } from './text.ts'
import { checkThread } from './thread.ts'

/** What is edited is looked at as if it were asked now; what was held stays so. */
export const editQuestion: StudentRule<'question.edit'> = {
  needs: (needs, { questionId }) => needQuestionWithThread(needs, questionId),
  decide(batch, command) {
    const found = findOwnQuestion(batch, command)
    if ('refused' in found) return found.refused
    const { question } = found
    // Sent twice, it is done once: also when staff have said something between the two.
    if (question.text === command.text) return undefined
    const refused = checkThread(batch, question, ['shown', 'held', 'rephrase']) ?? checkQuestionText(command.text)
    if (refused !== undefined) return refused
    batch.setQuestion({
      ...question,
      text: command.text,
      edited: 1,
      state: question.state === 'held' || isHeld(batch, question, command.text) ? 'held' : 'shown',
      note: null,
    })
    return undefined
  },
}

/**
 * In a closed classroom nobody may be watching any more, so there an edit waits for staff too; and a photo that they have
 * not approved goes on waiting for them.
 */
function isHeld(batch: ClassroomBatch, question: QuestionTable, text: string): boolean {
  const { classroom } = batch
  const photo = toQuestionPhoto(question)
  const isPhotoNew = photo !== undefined && question.state !== 'shown' && classroom.photos !== 'shown'
  if (classroom.mode !== 'open' || isPhotoNew) return true
  return batch.isHeld([question.name ?? '', text, photo?.description ?? ''].join('\n'))
}
