import { keep, readKept } from '../../ui/kept.ts'

/** What was being written survives a reload of this tab, and ends with it. */
export function readDraft(subject: string): string {
  return readKept('tab', toKey(subject)) ?? ''
}

export function keepDraft(subject: string, text: string): void {
  keep('tab', toKey(subject), text === '' ? null : text)
}

function toKey(subject: string): string {
  return `chatbox-classroom-draft-${subject}`
}
