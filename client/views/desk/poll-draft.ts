import { cleanLine } from '../../../shared/clean-text.ts'
import type { StaffCommandOf } from '../../../shared/classroom/commands.ts'
import { CLASSROOM_TITLE_MAX, POLL_OPTION_MAX } from '../../../shared/classroom/limits.ts'
import type { PollRow } from '../../../shared/classroom/rows.ts'

/** A poll as it is typed. */
export interface PollDraft {
  kind: PollRow['kind']
  question: string
  options: string[]
  results: PollRow['results']
  /** Whether some options are right, and which: an entry for each, as they stand. */
  quiz: boolean
  right: boolean[]
}

/** A poll that can be started. */
export type NewPoll = Omit<StaffCommandOf<'poll.create'>, 'type' | 'id'>

export interface PollErrors {
  question?: string
  options?: string
}

export function createPollDraft(): PollDraft {
  return { kind: 'one', question: '', options: ['', ''], results: 'live', quiz: false, right: [] }
}

/** The poll that somebody typed, empty options left out, or what is wrong with it. */
export function readPollDraft(draft: PollDraft): { ok: true; poll: NewPoll } | { ok: false; errors: PollErrors } {
  const { kind, results } = draft
  const question = cleanLine(draft.question)
  const hasOptions = kind === 'one' || kind === 'several'
  const typed = draft.options
    .map((option, at) => ({ option: cleanLine(option), isRight: draft.right[at] ?? false }))
    .filter(({ option }) => option !== '')
  const options = hasOptions ? typed.map(({ option }) => option) : []
  const isQuiz = hasOptions && draft.quiz
  const right = typed.flatMap(({ isRight }, at) => (isRight ? [at] : []))
  const errors: PollErrors = {}
  if (question === '') errors.question = 'Ask something.'
  else if (question.length > CLASSROOM_TITLE_MAX) errors.question = `At most ${CLASSROOM_TITLE_MAX} characters.`
  if (hasOptions && new Set(options).size < options.length) errors.options = 'Two options are the same.'
  else if (hasOptions && options.length < 2) errors.options = 'Give at least two options.'
  else if (options.some((option) => option.length > POLL_OPTION_MAX)) {
    errors.options = `An option has at most ${POLL_OPTION_MAX} characters.`
  } else if (isQuiz && right.length === 0) errors.options = 'Say which options are right.'
  if (Object.keys(errors).length > 0) return { ok: false, errors }
  return { ok: true, poll: { kind, results, question, options, ...(isQuiz && { right }) } }
}
