import { reasonWords } from './ledger.ts'
import type { FileView } from '../messages/file-view.ts'
import type { PhotoView, QuestionView, ReplyView } from './views.ts'

/** What became of a question, for somebody who reads it on paper. */
export function stateWords({ state, reason, answered }: QuestionView): string {
  switch (state) {
    case 'shown':
      return answered === 'aloud' ? 'answered aloud' : answered === 'text' ? 'answered' : 'not answered'
    case 'dismissed':
      return `dismissed: ${reasonWords(reason ?? 'other')}`
    case 'rephrase':
      return 'to be rephrased'
    case 'held':
    case 'merged':
    case 'withdrawn':
    case 'waiting':
      return state
  }
}

/** Who wrote a reply, as far as anybody knows. */
export function authorWords({ by, staffName, endorsed }: ReplyView): string {
  const who = by === 'staff' ? (staffName ?? 'Staff') : by === 'asker' ? 'The asker' : 'Somebody'
  return endorsed ? `${who} (endorsed)` : who
}

export function dateWords(at: number): string {
  return new Date(at).toISOString().slice(0, 16).replace('T', ' ')
}

/** What somebody wrote, with a line for what it carries, which stands in no export itself. */
export function withAttachments(
  text: string | null,
  { photo = null, files = [] }: { photo?: PhotoView | null; files?: readonly FileView[] },
): string | null {
  if (text === null) return null
  const described = (what: string, description: string) =>
    `[${[what, description].filter((part) => part !== '').join(': ')}]`
  const lines = [
    ...(photo === null ? [] : [described('Photo', photo.description)]),
    ...files.map(({ name, description }) => described(`File “${name}”`, description)),
  ]
  return [...(text === '' ? [] : [text]), ...lines].join('\n')
}
