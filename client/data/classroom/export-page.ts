import { countWords } from '../count-words.ts'
import { authorWords, dateWords, stateWords, withAttachments } from './export-words.ts'
import { ledgerSentence } from './ledger.ts'
import type { Snapshot } from './snapshot.ts'
import type { PollView, ReplyView, ThreadView } from './views.ts'

/** A classroom as one page that opens anywhere with no network: its style inside, no script, nothing fetched. */
export function exportPage({ title, takenAt, threads, polls, ledger }: Snapshot): string {
  return `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'unsafe-inline'">
<title>${escape(title)}</title>
<style>${STYLE}</style>
</head>
<body>
<main>
<h1 dir="auto">${escape(title)}</h1>
<p>${escape(ledgerSentence(ledger))}. As of ${dateWords(takenAt)} UTC.</p>
${threads.map(toArticle).join('\n')}
${polls.length === 0 ? '' : `<h2>Polls</h2>\n${polls.map(toSection).join('\n')}`}
</main>
</body>
</html>
`
}

const STYLE = `
:root { color-scheme: light dark; font: 1rem/1.5 system-ui, sans-serif }
main { max-width: 44rem; margin: 2rem auto; padding: 0 1rem }
article, section { border-top: 1px solid; padding: .5rem 0 }
.text { white-space: pre-wrap; overflow-wrap: anywhere }
.facts { font-size: .875rem }
.reply { margin-inline-start: 1.5rem }
td { padding-inline-end: 1rem }
`

function toArticle({ question, replies }: ThreadView): string {
  const { n, text, votes, name, note } = question
  const facts = [stateWords(question), countWords(votes, 'vote'), ...(name === null ? [] : [name])]
  return `<article>
<h2>${n === null ? 'Waiting' : `Question ${n}`}</h2>
<p class="facts" dir="auto">${escape(facts.join(' · '))}</p>
<p class="text" dir="auto">${escape(withAttachments(text, question) ?? '(without text)')}</p>
${note === null ? '' : `<p class="facts" dir="auto">${escape(note)}</p>`}
${replies
  .filter((reply) => reply.text !== null)
  .map(toReply)
  .join('\n')}
</article>`
}

function toReply(reply: ReplyView): string {
  return `<div class="reply">
<p class="facts" dir="auto">${escape(authorWords(reply))}</p>
<p class="text" dir="auto">${escape(withAttachments(reply.text, reply) ?? '')}</p>
</div>`
}

function toSection({ question, answers, counts, right }: PollView): string {
  const rows = (counts ?? []).map(
    ({ option, count }, at) =>
      `<tr><td dir="auto">${escape(option)}</td><td>${count}</td><td>${right?.includes(at) === true ? '✓ right' : ''}</td></tr>`,
  )
  return `<section>
<h3 dir="auto">${escape(question)}</h3>
<p class="facts">${answers} answered</p>
${rows.length === 0 ? '' : `<table>${rows.join('')}</table>`}
</section>`
}

const ENTITIES: Record<string, string> = { '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;', "'": '&#39;' }

function escape(text: string): string {
  return text.replaceAll(/[&<>"']/g, (character) => ENTITIES[character] ?? character)
}
