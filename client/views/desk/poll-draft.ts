import { cleanLine } from '../../../shared/clean-text.ts'
import { CLASSROOM_TITLE_MAX, POLL_OPTION_MAX } from '../../../shared/classroom/limits.ts'
import type { PollRow } from '../../../shared/classroom/rows.ts'

/** A poll as it is typed. */
export interface PollDraft {
  kind: PollRow['kind']
  question: string
  options: string[]
  results: PollRow['results']
}

export interface PollErrors {
  question?: string
  options?: string
}

export function createPollDraft(): PollDraft {
  return { kind: 'one', question: '', options: ['', ''], results: 'live' }
}

/** The poll that somebody typed, empty options left out, or what is wrong with it. */
export function readPollDraft(draft: PollDraft): { ok: true; poll: PollDraft } | { ok: false; errors: PollErrors } {
  const { kind, results } = draft
  const question = cleanLine(draft.question)
  const hasOptions = kind === 'one' || kind === 'several'
  const typed = draft.options.map(cleanLine).filter((option) => option !== '')
  const options = hasOptions ? typed : []
  const errors: PollErrors = {}
  if (question === '') errors.question = 'Ask something.'
  else if (question.length > CLASSROOM_TITLE_MAX) errors.question = `At most ${CLASSROOM_TITLE_MAX} characters.`
  if (hasOptions && new Set(options).size < options.length) errors.options = 'Two options are the same.'
  else if (hasOptions && options.length < 2) errors.options = 'Give at least two options.'
  else if (options.some((option) => option.length > POLL_OPTION_MAX)) {
    errors.options = `An option has at most ${POLL_OPTION_MAX} characters.`
  }
  if (Object.keys(errors).length > 0) return { ok: false, errors }
  return { ok: true, poll: { kind, results, question, options } }
}
