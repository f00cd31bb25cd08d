import { toMarkdown } from '../../../shared/text/to-markdown.ts'
import { countWords } from '../count-words.ts'
import { authorWords, dateWords, stateWords, withAttachments } from './export-words.ts'
import { ledgerSentence } from './ledger.ts'
import type { Snapshot } from './snapshot.ts'
import type { PollView, ReplyView, ThreadView } from './views.ts'

/** A classroom as one Markdown file; what people wrote is quoted, and read there as it is on the screen. */
export function exportMarkdown({ title, takenAt, threads, polls, ledger }: Snapshot): string {
  const parts = [
    `# ${oneLine(title)}`,
    `${ledgerSentence(ledger)}. As of ${dateWords(takenAt)} UTC.`,
    ...threads.map(describeThread),
    ...(polls.length === 0 ? [] : ['## Polls', ...polls.map(describePoll)]),
  ]
  return `${parts.join('\n\n')}\n`
}

function describeThread({ question, replies }: ThreadView): string {
  const { n, votes, text, name, note } = question
  const facts = [stateWords(question), countWords(votes, 'vote'), ...(name === null ? [] : [name])]
  return [
    `## ${n === null ? 'Waiting' : `Question ${n}`}`,
    oneLine(facts.join(' · ')),
    quote(text === null ? '(without text)' : toMarkdown(withAttachments(text, question) ?? '')),
    ...(note === null ? [] : [`Note: ${oneLine(note)}`]),
    ...replies.filter(({ text: written }) => written !== null).map(describeReply),
  ].join('\n\n')
}

function describeReply(reply: ReplyView): string {
  return `**${oneLine(authorWords(reply))}:**\n\n${quote(toMarkdown(withAttachments(reply.text, reply) ?? ''))}`
}

function describePoll({ question, answers, counts, right }: PollView): string {
  const lines = (counts ?? []).map(
    ({ option, count }, at) => `- ${oneLine(option)}: ${count}${right?.includes(at) === true ? ' (right)' : ''}`,
  )
  return [`### ${oneLine(question)}`, `${answers} answered`, ...(lines.length === 0 ? [] : [lines.join('\n')])].join(
    '\n\n',
  )
}

/** A quotation keeps a heading or a list of somebody's from becoming part of the file's own. */
function quote(text: string): string {
  return text
    .split(/\r\n|[\r\n]/)
    .map((line) => (line === '' ? '>' : `> ${line}`))
    .join('\n')
}

function oneLine(text: string): string {
  return text.replaceAll(/\s+/g, ' ').replaceAll(/[\\`*_[\]<>#|]/g, '\\$&')
}
