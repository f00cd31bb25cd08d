import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import fc from 'fast-check'
import { render } from 'svelte/server'
import { afterAll, beforeAll, expect, test, vi } from 'vitest'
import { findMentionsAmong } from '../../../../client/data/composing/find-mentions.ts'
import MessageText from '../../../../client/ui/text/message-text.svelte'
import { lineReader, toPlainLine } from '../../../../client/ui/text/plain-line.svelte.ts'

beforeAll(async () => {
  vi.stubGlobal('location', { origin: 'https://chat.example' })
  await lineReader.ask()
})
afterAll(() => vi.unstubAllGlobals())

const people = [{ id: 'user-ada', handle: 'ada', name: 'Ada', pictureId: null }]
const mentions = new Map(people.map((person) => [person.handle, person]))
const ENTITIES: Record<string, string> = { '&lt;': '<', '&amp;': '&', '&quot;': '"', '\u00a0': ' ' }

/** What a screen shows of a text, from the elements that are drawn, in the few signs of chat-lines.txt. */
function draw(text: string): string {
  return decode(drawSigns(text))
}

/** The same without the signs, of which a text may hold some too. */
function drawWords(text: string): string {
  return decode(withoutSigns(drawSigns(text)))
}

function drawSigns(text: string): string {
  const html = render(MessageText, { props: { text, mentions } })
    .body.replace(/<!--[^]*?-->/g, '')
    .replace(/ class="([^"]*)"/g, (_, names: string) => {
      const own = names.split(' ').filter((name) => name !== '' && !name.startsWith('svelte-'))
      return own.length === 0 ? '' : ` class="${own.join(' ')}"`
    })
  return toSigns(html)
}

function decode(drawn: string): string {
  return drawn.replace(/&\w+;|\u00a0/g, (entity) => ENTITIES[entity] ?? entity)
}

function withoutSigns(drawn: string): string {
  return drawn.replace(/<\/?(?:b|i|s|c|f|a|m|q|h|pre|li|big|hr)>/g, '')
}

function toSigns(html: string): string {
  return (
    html
      .replace(/^\s*<div class="text"[^>]*>\s*([^]*?)\s*<\/div>\s*$/, '$1')
      .replace(
        // The name of a language stands above its code.
        /<div class="block"[^>]*>[^]*?<span>([^]*?)<\/span>[^]*?<pre[^>]*><code>([^]*?)<\/code><\/pre>\s*<\/div>/g,
        (_, language: string, code: string) =>
          `<block><pre>${language === 'code' ? '' : `${language}\n`}${code}</pre></block>`,
      )
      .replace(/<code class="inline-code"[^>]*>([^]*?)<\/code>/g, '<c>$1</c>')
      .replace(/<p>\s*<code class="display"[^>]*>([^]*?)<\/code>\s*<\/p>/g, '<block><f>$1</f></block>')
      .replace(/<code[^>]*dir="ltr"[^>]*>([^]*?)<\/code>/g, '<f>$1</f>')
      .replace(/<span class="mention"[^>]*>([^]*?)<\/span>/g, '<m>$1</m>')
      .replace(/<span class="host"[^>]*>([^]*?)<\/span>/g, '$1')
      .replace(/<span class="marker">([^]*?)<\/span>/g, '$1')
      .replace(/<\/?bdi>/g, '')
      .replace(/<a [^>]*>/g, '<a>')
      .replace(/<(\/?)strong>/g, '<$1b>')
      .replace(/<(\/?)em>/g, '<$1i>')
      .replace(/<p[^>]* class="emoji"[^>]*>([^]*?)<\/p>/g, '<block><big>$1</big></block>')
      .replace(/<p class="heading[^>]*>([^]*?)<\/p>/g, '<block><h>$1</h></block>')
      .replace(/<p(?: dir="auto")?>([^]*?)<\/p>/g, '<block>$1</block>')
      .replace(/<div class="line">([^]*?)<\/div>/g, '<block>$1</block>')
      .replace(/<hr\/>/g, '<block><hr></block>')
      .replace(/<blockquote[^>]*>/g, '<block><q>')
      .replace(/<\/blockquote>/g, '</q></block>')
      .replace(/<ul[^>]*>/g, '<block>')
      .replace(/<\/ul>/g, '</block>')
      .replace(/\s*<block>/g, '<block>')
      .replace(/<\/block>\s*/g, '</block>')
      .replace(/\s*<\/li>\s*/g, '</li>')
      // Blocks stand below each other.
      .replace(/<\/block><block>/g, '\n')
      .replace(/(^|<q>|<li>)<block>/g, '$1')
      .replace(/<block>/g, '\n')
      .replace(/<\/block>(?=$|<\/)/g, '')
      .replace(/<\/block>/g, '\n')
  )
}

const cases = readFileSync(join(import.meta.dirname, 'chat-lines.txt'), 'utf8')
  .split('\n')
  .filter((line) => line !== '' && !line.startsWith('%%'))
  .map((line) => line.replaceAll('⏎', '\n').split(' ⇒ '))
  .map(([text = '', drawn = text]): [string, string] => [text, drawn])

test('five hundred lines of a chat are drawn as their writers mean them', () => {
  expect(cases.length).toBeGreaterThan(500)
  const wrong = cases.map(([text, drawn]) => [text, drawn, draw(text)]).filter(([, drawn, seen]) => drawn !== seen)
  expect(wrong).toEqual([])
})

test('the line in a list has the same words', () => {
  const wrong = cases
    // A list knows no handles, and has no room for lines and hosts.
    .filter(([text, drawn]) => !/<m>|<hr>| \(evil\.example\)/.test(drawn) && !/<b>|```js/.test(text))
    .map(([text, drawn]) => [
      withoutSigns(drawn.replaceAll('</li>', '\n')).replace(/\s+/g, ' ').trim(),
      toPlainLine(text, 200),
    ])
    .filter(([words, line]) => words !== line)
  expect(wrong).toEqual([])
})

const marks = fc.constantFrom(
  ...Array.from('*_~`$\\[]()@<>#-+.!:/|^=&'),
  '**',
  '~~',
  '```',
  '$$',
  '1. ',
  '- ',
  '> ',
  '@ada',
)
const words = fc.constantFrom('a', 'b2', 'word', '7', ' ', ' ', '\n', 'é', '字', 'ن', 'ไทย', '👍')
const textOf = (parts: fc.Arbitrary<string>) => fc.array(parts, { maxLength: 30 }).map((all) => all.join('').trim())

test('whatever is written, who is drawn as called is who is called', () => {
  const check = (text: string) => {
    const called = findMentionsAmong(text, people, false).mentions.length > 0
    expect(draw(text).includes('<m>'), text).toBe(called)
  }
  for (const [text] of cases) check(text)
  fc.assert(fc.property(textOf(fc.oneof(marks, words)), check))
})

test('a text without marks is drawn as it was written', () => {
  const plain = fc.oneof(
    words,
    fc.string({ unit: 'grapheme' }).map((some) => some.replace(/[^\p{L}\p{M}\p{N} ]/gu, '')),
  )
  fc.assert(
    fc.property(textOf(plain), (text) => {
      expect(drawWords(text)).toBe(text)
    }),
  )
})

test('among whatever marks, no word is lost, changed or moved', () => {
  const onlyWords = (text: string) => text.match(/[\p{L}\p{N}]/gu)?.join('') ?? ''
  fc.assert(
    fc.property(
      textOf(
        fc.oneof(
          marks.filter((mark) => mark !== '@ada'),
          words,
        ),
      ),
      (text) => {
        expect(onlyWords(drawWords(text))).toBe(onlyWords(text))
      },
    ),
    { numRuns: 300 },
  )
})
