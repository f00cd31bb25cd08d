import { refuse } from '../../../shared/classroom/errors.ts'
import { POLL_WORD_MAX } from '../../../shared/classroom/limits.ts'
import type { PollTable } from '../../store/schema.ts'
import { needReceipt } from '../needs.ts'
import { takesQuestions } from '../phase.ts'
import { toOptions } from '../poll-options.ts'
import { compareMade, type StudentRule } from './rule.ts'

export const answerPoll: StudentRule<'poll.answer'> = {
  needs(needs, { id, pollId, receiptHash }) {
    needs.polls.add(pollId)
    needReceipt(needs.pollAnswers, pollId, receiptHash, id)
  },
  findMade(batch, { id, pollId, receiptHash }) {
    const answer = batch.findAnyPollAnswer(id)
    return answer?.poll_id === pollId ? compareMade(batch, answer, receiptHash) : answer && 'taken'
  },
  decide(batch, { id, pollId, receiptHash, choice }) {
    if (!takesQuestions(batch.classroom, batch.now)) return refuse('closed')
    const poll = batch.findPoll(pollId)
    if (poll === undefined) return refuse('not_found')
    if (poll.state === 'closed') return refuse('poll_closed')
    if (batch.findPollAnswer(pollId, receiptHash) !== undefined) return refuse('already_answered')
    const kept = toKeptChoice(poll, choice)
    if (kept === undefined) return refuse('bad_choice')
    batch.addPollAnswer({
      id,
      classroom_id: batch.classroom.id,
      poll_id: pollId,
      receipt_hash: receiptHash,
      choice: JSON.stringify(kept),
    })
    batch.setPoll({ ...poll, answers: poll.answers + 1 })
    return undefined
  },
}

/** What a poll keeps of a choice, equal for equal ones; undefined when it is none of its own. */
function toKeptChoice(poll: PollTable, choice: number[] | string): number[] | string | undefined {
  if (poll.kind === 'words') {
    const word = typeof choice === 'string' ? choice.trim().replaceAll(/\s+/g, ' ').toLowerCase().normalize('NFC') : ''
    return word === '' || word.length > POLL_WORD_MAX ? undefined : word
  }
  if (typeof choice === 'string') return undefined
  const { length } = toOptions(poll)
  const indices = [...new Set(choice)].sort((one, other) => one - other)
  if (indices.length !== choice.length || indices.some((index) => index >= length)) return undefined
  return poll.kind === 'several' || indices.length === 1 ? indices : undefined
}
