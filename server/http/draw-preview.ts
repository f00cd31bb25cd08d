import type { ClassroomPreview } from '../classroom/load-preview.ts'

/** Where client/q.html has room for it. */
export const PREVIEW_PLACE = '<div id="preview"></div>'

const ENTITIES: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  "'": '&#39;',
}

/**
 * A classroom as HTML to be read until the page's script has drawn it, styled by client/styles/preview.css: the same
 * for everybody, with nothing to press. All that somebody wrote is text in it.
 */
export function drawPreview({ classroom, polls, questions }: ClassroomPreview): string {
  const cards = [
    ...polls.map(({ question }) => `<article class="poll"><h2 dir="auto">${toText(question)}</h2></article>`),
    ...questions.map(drawQuestion),
  ]
  return [
    '<div id="preview">',
    `<header><h1 dir="auto">${toText(classroom.title)}</h1><p>Opening</p></header>`,
    `<div class="cards">${cards.join('')}</div>`,
    '</div>',
  ].join('')
}

function drawQuestion({ n, text, name, votes, pinned, answered }: ClassroomPreview['questions'][number]): string {
  const labels = [
    `<b>#${n}</b>`,
    ...(name === null ? [] : [`<bdi>${toText(name)}</bdi>`]),
    ...(pinned ? ['<span>Pinned</span>'] : []),
    ...(answered === 'no' ? [] : [`<span>${answered === 'text' ? 'Answered' : 'Answered aloud'}</span>`]),
  ]
  const body = `<p class="labels">${labels.join(' ')}</p><p class="text" dir="auto">${toText(text ?? '')}</p>`
  return `<article><p class="votes">${votes}</p><div>${body}</div></article>`
}

function toText(written: string): string {
  return written.replace(/[&<>"']/g, (sign) => ENTITIES[sign] ?? sign)
}
