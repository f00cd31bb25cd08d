import type { MessageRow } from '../../../shared/protocol/rows.ts'
import type { EntryOf } from '../outbox/pending.ts'
import type { FindPerson, Person } from '../people/person.ts'
import type { FileView } from './file-view.ts'
import { toLine } from './file-words.ts'

/** What a reply shows of the message that it answers, in one line. `n` is null while the server has not accepted it. */
export type Quote =
  | { kind: 'text'; messageId: string; n: number | null; author: Person; mine: boolean; text: string }
  | { kind: 'deleted'; messageId: string; n: number | null; author: Person; mine: boolean }
  /** Deleted for oneself alone. */
  | { kind: 'hidden'; messageId: string; n: number | null }
  /** Not on this device; `n` tells where to look for it. */
  | { kind: 'elsewhere'; messageId: string; n: number | null }

export interface QuoteInput {
  myId: string
  findPerson: FindPerson
  /** The text as it stands with what still waits, null once deleted. */
  textOf: (messageId: string, text: string | null) => string | null
  isHidden: (messageId: string) => boolean
  findRow: (messageId: string) => MessageRow | undefined
  findSending: (messageId: string) => EntryOf<'message.send'> | undefined
  toSentFiles: (entry: EntryOf<'message.send'>) => readonly FileView[]
}

export function toQuote(
  { myId, findPerson, textOf, isHidden, findRow, findSending, toSentFiles }: QuoteInput,
  messageId: string,
  n: number | null,
): Quote {
  if (isHidden(messageId)) return { kind: 'hidden', messageId, n }
  const row = findRow(messageId)
  const sending = row === undefined ? findSending(messageId) : undefined
  if (row === undefined && sending === undefined) return { kind: 'elsewhere', messageId, n }
  const authorId = row?.authorId ?? myId
  const known = { messageId, n: row?.n ?? n, author: findPerson(authorId), mine: authorId === myId }
  const files = row?.files ?? (sending === undefined ? [] : toSentFiles(sending))
  const text = toLine(textOf(messageId, row === undefined ? (sending?.command.text ?? null) : row.text), files)
  return text === null ? { kind: 'deleted', ...known } : { kind: 'text', ...known, text }
}
