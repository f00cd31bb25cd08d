import type { RequestView } from '../../data/contacts/requests.ts'
import { isolate } from '../../ui/isolate.ts'

/** What is asked, in one line. */
export function toRequestWords({ kind, by, messages, accepted }: RequestView): string {
  if (accepted) return 'Accepted. It opens as soon as the server has heard of it.'
  if (kind === 'group') return `${isolate(by.name)} asks you to join`
  return messages[0]?.text ?? 'Wants to write to you'
}
