import { refuse } from '../../../shared/classroom/errors.ts'
import { needQuestionWithThread, needThread } from '../needs.ts'
import { takeApart } from './merged.ts'
import type { StaffRule } from './rule.ts'

/** What was merged into the question goes along, so that nothing is ever merged into a merged one. */
export const mergeQuestion: StaffRule<'question.merge'> = {
  needs(needs, { questionId, into }) {
    needQuestionWithThread(needs, questionId)
    needs.merges.add(questionId)
    needThread(needs, into)
  },
  decide(batch, _me, { questionId, into }) {
    const asked = batch.findQuestion(questionId)
    const target = batch.findQuestion(into)
    if (asked === undefined || target === undefined) return refuse('not_found')
    if (asked.state === 'withdrawn') return refuse('thread_closed')
    if (questionId === into || target.state !== 'shown') return refuse('bad_merge')
    if (asked.merged_into === into) return undefined
    const question = takeApart(batch, asked)
    const along = batch.listMerged(questionId)
    for (const merged of along) batch.setQuestion({ ...merged, merged_into: into })
    const votes = question.votes - along.reduce((sum, merged) => sum + merged.votes, 0)
    batch.setQuestion({ ...question, state: 'merged', merged_into: into, reason: null, note: null, votes })
    batch.setQuestion({ ...target, votes: target.votes + question.votes })
    return undefined
  },
}
