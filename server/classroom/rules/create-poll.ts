import { refuse } from '../../../shared/classroom/errors.ts'
import type { StaffCommandOf } from '../../../shared/classroom/commands.ts'
import { POLLS_MAX } from '../../../shared/classroom/limits.ts'
import type { StaffRule } from './rule.ts'

const SCALE = ['1', '2', '3', '4', '5']

export const createPoll: StaffRule<'poll.create'> = {
  needs(needs, { id }) {
    needs.polls.add(id)
    needs.pollCount = true
  },
  decide(batch, _me, command) {
    const { id, kind, question, results } = command
    if (batch.findAnyPoll(id) !== undefined) return refuse('id_taken')
    const options = toOptions(command)
    if (options === undefined) return refuse('bad_poll')
    if (command.right !== undefined && !isQuiz(command, command.right)) {
      return refuse('bad_poll', 'In a quiz of one or several choices at least one of its options is right.')
    }
    if (batch.pollCount >= POLLS_MAX) return refuse('full', `A classroom holds at most ${POLLS_MAX} polls.`)
    batch.setPoll({
      id,
      classroom_id: batch.classroom.id,
      seq: 0,
      kind,
      question,
      options: JSON.stringify(options),
      state: 'open',
      results,
      revealed: 0,
      answers: 0,
      right_options: command.right === undefined ? null : JSON.stringify(command.right),
    })
    return undefined
  },
}

function toOptions({ kind, options }: StaffCommandOf<'poll.create'>): string[] | undefined {
  switch (kind) {
    case 'scale':
      return SCALE
    case 'words':
      return []
    case 'one':
    case 'several':
      return options.length >= 2 && new Set(options).size === options.length ? options : undefined
  }
}

function isQuiz({ kind, options }: StaffCommandOf<'poll.create'>, right: readonly number[]): boolean {
  if (kind !== 'one' && kind !== 'several') return false
  return new Set(right).size === right.length && right.every((place) => place < options.length)
}
