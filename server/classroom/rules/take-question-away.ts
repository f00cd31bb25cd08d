import { refuse, type ClassroomRefusal } from '../../../shared/classroom/errors.ts'
import type { ClassroomBatch } from '../classroom-batch.ts'
import { type ClassroomNeeds, needQuestionWithThread } from '../needs.ts'
import { takeApart } from './merged.ts'

export const TAKEN_AWAY = 'A moderator of this ChatBox took it away.'

/** What it said and showed is gone, for everybody; its asker reads why, and nobody shows it again. */
export const takeQuestionAway = {
  needs: (needs: ClassroomNeeds, { questionId }: { questionId: string }) => needQuestionWithThread(needs, questionId),
  decide(batch: ClassroomBatch, { questionId }: { questionId: string }): ClassroomRefusal | undefined {
    const question = batch.findQuestion(questionId)
    if (question === undefined) return refuse('not_found')
    if (question.state === 'withdrawn' || question.text === null) return undefined
    const nothing = { text: null, name: null, photo: null, pinned: 0 }
    const why = { reason: 'other' as const, note: TAKEN_AWAY }
    batch.setQuestion({ ...takeApart(batch, question), ...nothing, ...why, state: 'dismissed' })
    return undefined
  },
}
