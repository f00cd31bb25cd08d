import { refusal, type Refusal } from '../../shared/protocol/errors.ts'
import { MESSAGE_TEXT_MAX } from '../../shared/protocol/limits.ts'

/** What a message says beside so many files: without any it has to say something. */
export function checkWords(text: string, files: number): Refusal | undefined {
  return text.trim() === '' && files === 0 ? refusal('text_empty') : checkLength(text)
}

export function checkLength(text: string): Refusal | undefined {
  if (text.length <= MESSAGE_TEXT_MAX) return undefined
  return refusal(
    'text_too_long',
    `A message holds at most ${MESSAGE_TEXT_MAX} characters; this one has ${text.length}.`,
  )
}
