import { refusal, type Refusal } from '../../shared/protocol/errors.ts'
import { MESSAGE_TEXT_MAX } from '../../shared/protocol/limits.ts'

export function checkText(text: string): Refusal | undefined {
  return text.trim() === '' ? refusal('text_empty') : checkLength(text)
}

export function checkLength(text: string): Refusal | undefined {
  if (text.length <= MESSAGE_TEXT_MAX) return undefined
  return refusal(
    'text_too_long',
    `A message holds at most ${MESSAGE_TEXT_MAX} characters; this one has ${text.length}.`,
  )
}
