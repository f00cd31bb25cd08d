import { refuse, type ClassroomRefusal } from '../../../shared/classroom/errors.ts'
import { QUESTION_TEXT_MAX, REPLY_TEXT_MAX } from '../../../shared/classroom/limits.ts'

export function checkQuestionText(text: string): ClassroomRefusal | undefined {
  return checkText(text, 'A question', QUESTION_TEXT_MAX)
}

export function checkReplyText(text: string): ClassroomRefusal | undefined {
  return checkText(text, 'An answer', REPLY_TEXT_MAX)
}

/** An answer of staff may be nothing but its files. */
export function checkAnswer(text: string, fileCount: number): ClassroomRefusal | undefined {
  return fileCount > 0 && text.trim() === '' ? undefined : checkReplyText(text)
}

function checkText(text: string, what: string, max: number): ClassroomRefusal | undefined {
  if (text.trim() === '') return refuse('text_empty')
  if (text.length <= max) return undefined
  return refuse('text_too_long', `${what} holds at most ${max} characters; this one has ${text.length}.`)
}
