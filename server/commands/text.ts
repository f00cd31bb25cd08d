import { refusal, type Refusal } from '../../shared/protocol/errors.ts'
import { MESSAGE_TEXT_MAX } from '../../shared/protocol/limits.ts'

export function checkText(text: string): Refusal | undefined {
  if (text.trim() === '') return refusal('text_empty')
  if (text.length > MESSAGE_TEXT_MAX) {
    return refusal(
      'text_too_long',
      `A message holds at most ${MESSAGE_TEXT_MAX} characters; this one has ${text.length}.`,
    )
  }
  return undefined
}
