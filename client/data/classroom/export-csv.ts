import type { Snapshot } from './snapshot.ts'
import type { QuestionView, ReplyView } from './views.ts'

const HEADER = [
  'question',
  'kind',
  'by',
  'text',
  'state',
  'reason',
  'note',
  'merged into',
  'votes',
  'answered',
  'endorsed',
  'time',
]

/** Questions and replies as CSV (RFC 4180): a line each, a reply behind its question. */
export function exportCsv({ threads }: Snapshot): string {
  const numbers = new Map(threads.map(({ question }) => [question.id, question.n]))
  const lines = threads.flatMap(({ question, replies }) => [
    toQuestionLine(question, numbers),
    ...replies.map((reply) => toReplyLine(reply, question.n)),
  ])
  return [HEADER, ...lines].map((line) => `${line.map(toCell).join(',')}\r\n`).join('')
}

type Cell = string | number | boolean | null

function toQuestionLine(question: QuestionView, numbers: ReadonlyMap<string, number | null>): Cell[] {
  const { n, name, text, state, reason, note, mergedInto, votes, answered, askedAt } = question
  const into = mergedInto === null ? null : (numbers.get(mergedInto) ?? null)
  return [n, 'question', name, text, state, reason, note, into, votes, answered, null, toTime(askedAt)]
}

function toReplyLine({ by, staffName, text, state, endorsed, at }: ReplyView, n: number | null): Cell[] {
  return [n, 'reply', staffName ?? by, text, state, null, null, null, null, null, endorsed, toTime(at)]
}

function toTime(at: number | null): string | null {
  return at === null ? null : new Date(at).toISOString()
}

/** What begins like a formula is kept from being one: a spreadsheet would work it out (CWE-1236). */
function toCell(cell: Cell): string {
  const text = cell === null ? '' : String(cell)
  const harmless = typeof cell === 'string' && /^[=+\-@\t\r]/.test(text) ? `'${text}` : text
  return /[",\r\n]/.test(harmless) ? `"${harmless.replaceAll('"', '""')}"` : harmless
}
