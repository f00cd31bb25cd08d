import { cleanText } from '../../../shared/clean-text.ts'

/** What a person typed or pasted, as a message or a question carries it: cleaned, with nothing around it. */
export function toOutgoingText(typed: string): string {
  return cleanText(typed).trim()
}
