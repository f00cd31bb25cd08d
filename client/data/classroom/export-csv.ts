import { withAttachments } from './export-words.ts'
import type { Snapshot } from './snapshot.ts'
import type { PollView, QuestionView, ReplyView } from './views.ts'

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
  'right',
]

/** A spreadsheet takes what has no byte order mark for the encoding of its system. */
const BYTE_ORDER_MARK = '\ufeff'

/**
 * Questions, replies and polls as CSV (RFC 4180): a line each, a reply behind its question, an option or a word behind
 * its poll; `votes` is how often it was chosen, `right` only a quiz has. `locales` is who opens it: where
 * the comma is in numbers, spreadsheets expect semicolons between cells.
 */
export function exportCsv({ threads, polls }: Snapshot, locales?: string): string {
  const separator = new Intl.NumberFormat(locales).format(1.5).includes(',') ? ';' : ','
  const numbers = new Map(threads.map(({ question }) => [question.id, question.n]))
  const lines = threads.flatMap(({ question, replies }) => [
    toQuestionLine(question, numbers),
    ...replies.map((reply) => toReplyLine(reply, question.n)),
  ])
  lines.push(...polls.flatMap(toPollLines))
  return BYTE_ORDER_MARK + [HEADER, ...lines].map((line) => `${line.map(toCell).join(separator)}\r\n`).join('')
}

type Cell = string | number | boolean | null

function toQuestionLine(question: QuestionView, numbers: ReadonlyMap<string, number | null>): Cell[] {
  const { n, name, state, reason, note, mergedInto, votes, answered, askedAt } = question
  const text = withAttachments(question.text, question)
  const into = mergedInto === null ? null : (numbers.get(mergedInto) ?? null)
  return [n, 'question', name, text, state, reason, note, into, votes, answered, null, toTime(askedAt), null]
}

function toReplyLine(reply: ReplyView, n: number | null): Cell[] {
  const { by, staffName, state, endorsed, at } = reply
  const text = withAttachments(reply.text, reply)
  return [n, 'reply', staffName ?? by, text, state, null, null, null, null, null, endorsed, toTime(at), null]
}

function toPollLines({ question, state, answers, counts, options, right }: PollView): Cell[][] {
  const choices = counts ?? options.map((option) => ({ option, count: null }))
  return [
    toPollLine('poll', question, state, answers, null),
    ...choices.map(({ option, count }, at) =>
      toPollLine('poll option', option, null, count, right === null ? null : right.includes(at)),
    ),
  ]
}

function toPollLine(kind: string, text: string, state: string | null, votes: number | null, right: boolean | null) {
  return [null, kind, null, text, state, null, null, null, votes, null, null, null, right]
}

function toTime(at: number | null): string | null {
  return at === null ? null : new Date(at).toISOString()
}

/**
 * Where a formula would begin: at the beginning of a cell, and wherever a program that expects another separator, or no
 * quotes, would begin a cell.
 */
const FORMULA_START = /(^|[;,\t\r\n])([=+\-@＝＋－＠])/g

/** What begins like a formula is kept from being one: a spreadsheet would work it out (CWE-1236). */
function toCell(cell: Cell): string {
  const text = cell === null ? '' : String(cell)
  const harmless =
    typeof cell === 'string'
      ? text.replaceAll(
          FORMULA_START,
          (_, before: string, sign: string) => `${before === '' ? "'" : `${before} `}${sign}`,
        )
      : text
  return `"${harmless.replaceAll('"', '""')}"`
}
