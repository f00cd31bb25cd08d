import type { Budget } from './budget.ts'
import { addInline } from './emphasis.ts'
import { readFormulaBlock } from './formula-rules.ts'
import type { Mentions } from './mention-rule.ts'
import { readLine } from './read-line.ts'
import type { Block, Inline, ListItem } from './tree.ts'

const FENCE = /^( {0,3})(`{3,})([^`]*)$/
const LANGUAGE = /^[\w+#.-]{1,20}$/
const HEADING = /^ {0,3}(#{1,6})[ \t]+(?=\S)(.*)$/
const QUOTE = /^ {0,3}>(?: (.*)|)$/
const MARKER = /^( *)([-*]|\d{1,9}[.)])( {1,4})(?=\S)/
const RULE = /^ {0,3}(?:-{3,}|\*{3,}|_{3,})[ \t]*$/
/** A backslash before what would begin a block. */
const ESCAPED_SIGN = /^( *)\\(?=[#>*-])/
const ESCAPED_NUMBER = /^( *\d{1,9})\\(?=[.)] )/

/** Deeper is not drawn. */
export const DEPTH_MAX = 16

export class TooDeep extends Error {}

interface Around {
  mentions: Mentions
  budget: Budget
  depth: number
  /** In a list one line alone is an item. */
  inList: boolean
}

interface Taken {
  block: Block
  count: number
}

/**
 * Lines as blocks. A sign at the beginning of a line is taken for markup only where nobody would mean it as text: a
 * list has two lines or more, a quotation holds letters and begins with none of a number (`> 50 %`), a line of dashes
 * stands between two texts. Lines that are nothing else are a paragraph, with the empty ones between them.
 */
export function readBlocks(lines: readonly string[], around: Around): Block[] {
  if (around.depth > DEPTH_MAX) throw new TooDeep()
  const blocks: Block[] = []
  let paragraph: string[] = []

  function endParagraph(): void {
    const written = trimEmpty(paragraph)
    paragraph = []
    if (written.length > 0) blocks.push({ kind: 'paragraph', children: readLines(written, around) })
  }

  for (let at = 0; at < lines.length;) {
    const taken = readBlock(lines, at, around)
    if (taken === null) {
      paragraph.push(lines[at] ?? '')
      at += 1
    } else {
      endParagraph()
      blocks.push(taken.block)
      at += taken.count
    }
  }
  endParagraph()
  return blocks
}

function readBlock(lines: readonly string[], at: number, around: Around): Taken | null {
  const line = lines[at] ?? ''
  switch (line.trimStart().charAt(0)) {
    case '`':
      return readFence(lines, at)
    case '$':
      return readFormula(lines, at, around)
    case '#':
      return readHeading(lines, at, around)
    case '>':
      return readQuote(lines, at, around)
    case '_':
      return readRule(lines, at)
    case '-':
    case '*':
      return readRule(lines, at) ?? readList(lines, at, around)
    default:
      return /^ *\d/.test(line) ? readList(lines, at, around) : null
  }
}

/** Code ends with a line that ends as it began, or with the text. */
function readFence(lines: readonly string[], at: number): Taken | null {
  const [, indent = '', fence = '', info = ''] = FENCE.exec(lines[at] ?? '') ?? []
  if (fence === '') return null
  const code: string[] = []
  let end = at + 1
  for (let ended = false; end < lines.length && !ended; end++) {
    const line = withoutIndent(lines[end] ?? '', indent.length)
    const bare = line.trimEnd()
    ended = bare.endsWith(fence)
    const rest = ended ? bare.replace(/`+$/, '') : line
    if (!ended || rest.trim() !== '') code.push(rest)
  }
  const word = info.trim()
  const language = LANGUAGE.test(word) && code.some((line) => line.trim() !== '') ? word : null
  const all = language === null && word !== '' ? [info, ...code] : code
  if (all.every((line) => line.trim() === '')) return null
  return { block: { kind: 'code', code: all.join('\n'), language }, count: end - at }
}

function readFormula(lines: readonly string[], at: number, { budget }: Around): Taken | null {
  const formula = readFormulaBlock(lines, at)
  if (formula === null) return null
  const { count, source } = formula
  return budget.takeFormula(source)
    ? { block: { kind: 'formula', source }, count }
    : { block: { kind: 'code', code: lines.slice(at, at + count).join('\n'), language: null }, count }
}

/** One sign alone is a heading only above something, where a title may begin: "# of people" is none. */
function readHeading(lines: readonly string[], at: number, around: Around): Taken | null {
  const [, signs = '', title = ''] = HEADING.exec(lines[at] ?? '') ?? []
  if (signs === '') return null
  const begins = at === 0 || isEmpty(lines[at - 1]) || HEADING.test(lines[at - 1] ?? '')
  const isTitle = begins && hasBelow(lines, at) && !/^[\p{Ll}\p{N}]/u.test(title)
  if (signs.length === 1 && !isTitle) return null
  const children = readLines([title.replace(/[ \t]+#+[ \t]*$/, '').trimEnd()], around)
  return { block: { kind: 'heading', level: signs.length, children }, count: 1 }
}

function readRule(lines: readonly string[], at: number): Taken | null {
  const isBetween = () => lines.findIndex((line) => !isEmpty(line)) < at && hasBelow(lines, at)
  return RULE.test(lines[at] ?? '') && isBetween() ? { block: { kind: 'rule' }, count: 1 } : null
}

function readQuote(lines: readonly string[], at: number, around: Around): Taken | null {
  const said = QUOTE.exec(lines[at] ?? '')?.[1] ?? ''
  if (!/\p{L}|^ *```/u.test(said) || /^ *[\p{N}\p{Sc}=]/u.test(said)) return null
  const quoted: string[] = []
  for (let end = at; end < lines.length; end++) {
    const match = QUOTE.exec(lines[end] ?? '')
    if (match === null) break
    quoted.push(match[1] ?? '')
  }
  const children = readBlocks(quoted, { ...around, depth: around.depth + 1, inList: false })
  return { block: { kind: 'quote', children }, count: quoted.length }
}

/** Each line with a marker is an item, with the lines under it that stand as far in as its text. */
function readList(lines: readonly string[], at: number, around: Around): Taken | null {
  const base = MARKER.exec(lines[at] ?? '')?.[1]?.length
  if (base === undefined) return null
  const items: { marker: string; lines: string[] }[] = []
  let inner = 0
  let end = at
  let markers = 0
  for (let next = at; next < lines.length; next++) {
    const line = lines[next] ?? ''
    const item = items.at(-1)
    const match = MARKER.exec(line)
    if (match !== null) markers++
    const indent = line.search(/\S|$/)
    if (match !== null && (item === undefined || (indent >= base && indent < inner))) {
      inner = match[0].length
      items.push({ marker: match[2] ?? '', lines: [line.slice(inner)] })
    } else if (item !== undefined && isEmpty(line)) {
      item.lines.push('')
      continue
    } else if (item !== undefined && indent >= Math.min(inner, base + 2) && indent > base) {
      item.lines.push(withoutIndent(line, inner))
    } else {
      break
    }
    end = next + 1
  }
  if (markers < 2 && !around.inList) return null
  const inside = { ...around, depth: around.depth + 2, inList: true }
  return { block: { kind: 'list', items: items.map((item) => toItem(item, inside)) }, count: end - at }
}

function toItem({ marker, lines }: { marker: string; lines: string[] }, around: Around): ListItem {
  return { marker: /\d/.test(marker) ? marker : null, children: readBlocks(trimEmpty(lines), around) }
}

function readLines(lines: readonly string[], { mentions, budget }: Around): Inline[] {
  const inlines: Inline[] = []
  for (const at of lines.keys()) {
    if (at > 0) addInline(inlines, { kind: 'text', text: '\n' })
    for (const node of readLine(withoutEscape(lines, at), mentions, budget)) addInline(inlines, node)
  }
  return inlines
}

/** The line without the backslash before what would begin a block. */
function withoutEscape(lines: readonly string[], at: number): string {
  const line = lines[at] ?? ''
  const plain = withoutSign(line)
  if (plain === line) return line
  const isItem = (other: string | undefined) => other !== undefined && MARKER.test(withoutSign(other))
  const isOfList = isItem(line) && (isItem(lines[at - 1]) || isItem(lines[at + 1]))
  return isOfList || HEADING.test(plain) || QUOTE.test(plain) ? plain : line
}

function withoutSign(line: string): string {
  return line.replace(ESCAPED_SIGN, '$1').replace(ESCAPED_NUMBER, '$1')
}

function withoutIndent(line: string, indent: number): string {
  return line.slice(Math.min(indent, line.search(/[^ ]|$/)))
}

function trimEmpty(lines: readonly string[]): string[] {
  const first = lines.findIndex((line) => !isEmpty(line))
  return first === -1 ? [] : lines.slice(first, lines.findLastIndex((line) => !isEmpty(line)) + 1)
}

function hasBelow(lines: readonly string[], at: number): boolean {
  return lines.findLastIndex((line) => !isEmpty(line)) > at
}

function isEmpty(line: string | undefined): boolean {
  return line === undefined || line.trim() === ''
}
