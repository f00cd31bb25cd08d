import { findHiddenHost, findPlainHost, readAddress, readTarget, toHref, type Target } from './addresses.ts'
import type { Budget } from './budget.ts'
import { characterBefore, joinsWords, mayClose, mayOpen, SPACELESS } from './characters.ts'
import { createCodeSpans } from './code-spans.ts'
import { hasMeaning, toInlines, type Piece } from './emphasis.ts'
import { countDollars, findFormulaEnd } from './formula-rules.ts'
import { findMention, isKeptFromMention, type Mentions } from './mention-rule.ts'
import type { Inline } from './tree.ts'
import { toWords } from './words.ts'

/** Where something that is not just text may begin: a sign, an address, or the local part of one for mail. */
const SPECIAL = new RegExp(
  [
    '[\\\\[\\]<@]|`+|\\*+|_+|~+|\\$+',
    `(?<!(?![${SPACELESS}])[\\p{L}\\p{N}])(?:https?://|mailto:)`,
    '(?<![\\p{L}\\p{N}.%+-])[\\p{L}\\p{N}][\\p{L}\\p{N}._%+-]{0,63}@',
  ].join('|'),
  'giu',
)
const MAIL =
  /[\p{L}\p{N}][\p{L}\p{N}._%+-]{0,63}@(?:[a-z0-9-]{1,63}\.){1,8}[a-z]{2,24}(?![\p{L}\p{N}@-]|:[\p{L}\p{N}/])/iuy
const ANGLED = /<((?:https?:\/\/|mailto:)[^\s<>]{1,2048}|[^\s<>@:]{1,64}@[^\s<>@:]{1,255})>/iuy

/** A line of a text as a tree. It is gone through once; each part is read by the rule of the sign that it begins with. */
export function readLine(line: string, mentions: Mentions, budget: Budget): Inline[] {
  const findCode = createCodeSpans(line)
  const pieces: Piece[] = []
  const brackets: { at: number; escaped: boolean }[] = []
  /** Backslashes that did what they stand there for, further on. */
  const spent = new Set<number>()
  let pos = 0
  let textFrom = 0

  function flush(): void {
    if (pos > textFrom) pieces.push({ written: line.slice(textFrom, pos), node: null, mark: null })
  }

  /** Takes the line up to `end` as this node, or as text. */
  function take(end: number, node: Inline | null = null): true {
    flush()
    pieces.push({ written: line.slice(pos, end), node, mark: null })
    pos = textFrom = end
    return true
  }

  /** Leaves out the backslash that stands here. */
  function spend(): void {
    flush()
    textFrom = ++pos
  }

  function readCode(length: number, escaped: boolean): boolean {
    const from = pos + (escaped ? 1 : 0)
    if (joinsWords(characterBefore(line, pos))) return false
    const code = findCode(from + length, length)
    if (code === null) return false
    if (!escaped) return take(code.end, { kind: 'code', text: code.text })
    const before = code.end - length - 1
    if (line.charAt(before) === '\\') spent.add(before)
    spend()
    return take(pos + length)
  }

  function readFormula(escaped: boolean): boolean {
    const from = pos + (escaped ? 1 : 0)
    const run = countDollars(line, from)
    if (escaped) return readEscapedFormula(from, run)
    const end = findFormulaEnd(line, from, run)
    if (end === -1) return take(from + run)
    const source = line.slice(from + run, end)
    const written = line.slice(from, end + run)
    const node: Inline = budget.takeFormula(source)
      ? { kind: 'formula', source: source.trim(), display: run === 2 }
      : { kind: 'code', text: written }
    return take(end + run, node)
  }

  /** `\$x\$` is how one writes `$x$`. */
  function readEscapedFormula(from: number, run: number): boolean {
    const close = line.indexOf('$', from + run)
    if (close === -1) return false
    const back = line.charAt(close - 1) === '\\' ? close - 1 : close
    const plain = line.slice(from, back) + line.slice(close, close + run + 2)
    const before = characterBefore(line, pos)
    if (findFormulaEnd(before + plain, before.length, run) !== before.length + back - from) return false
    spend()
    take(back)
    if (back < close) spend()
    return take(close + run)
  }

  function readMark(sign: string, length: number, escaped: boolean): true {
    const from = pos + (escaped ? 1 : 0)
    const run = { mark: sign, length, from, to: from + length }
    const [opens, closes] = hasMeaning(sign.repeat(length)) ? [mayOpen(line, run), mayClose(line, run)] : [false, false]
    if (!opens && !closes) return take(run.to)
    flush()
    pieces.push({ written: line.slice(pos, run.to), node: null, mark: { ...run, escaped, opens, closes } })
    pos = textFrom = run.to
    return true
  }

  function openBracket(escaped: boolean): true {
    flush()
    const end = pos + (escaped ? 2 : 1)
    brackets.push({ at: pieces.length, escaped })
    pieces.push({ written: line.slice(pos, end), node: null, mark: null })
    pos = textFrom = end
    return true
  }

  function closeBracket(escaped: boolean): boolean {
    const at = pos + (escaped ? 1 : 0)
    const opened = brackets.pop()
    const target = opened === undefined ? null : readTarget(line, at + 1)
    // A backslash that has nothing to do is text, with what stands behind it.
    if (opened === undefined || target === null) return escaped && take(at + 1)
    if (opened.escaped || escaped) {
      const opening = pieces[opened.at]
      if (opened.escaped && opening !== undefined) pieces[opened.at] = { ...opening, written: '[' }
      if (escaped) spend()
      return take(at + 1)
    }
    flush()
    const children = toInlines(pieces.splice(opened.at).slice(1), toLinkWord)
    if (toWords(children).trim() === '') {
      return putBack(opened.at, children, target)
    }
    const host = findHiddenHost(toWords(children), target.href)
    textFrom = pos
    brackets.length = 0
    return take(target.end, { kind: 'link', href: target.href, host, children })
  }

  /** A link without words is no link, and stands as it was written. */
  function putBack(at: number, children: readonly Inline[], { end }: Target): true {
    pieces.length = at
    pieces.push({ written: `[${toWords(children)}`, node: null, mark: null })
    textFrom = pos
    return take(end)
  }

  function readMention(escaped: boolean): boolean {
    if (escaped) return keepFromMention()
    const handle = findMention(line, pos, mentions)
    const person = handle === null ? undefined : mentions.get(handle)
    if (handle === null || person === undefined) return false
    return take(pos + 1 + handle.length, { kind: 'mention', handle, id: person.id, name: person.name })
  }

  function keepFromMention(): boolean {
    const isKept = isKeptFromMention(line, pos)
    if (isKept) spend()
    return take(pos + (isKept ? 1 : 2))
  }

  function readAngled(): boolean {
    ANGLED.lastIndex = pos
    const inside = ANGLED.exec(line)?.[1]
    if (inside === undefined) return false
    return takeLink(inside, pos + inside.length + 2)
  }

  function takeLink(written: string, end: number): boolean {
    const isMail = !/^\w+:/.test(written)
    const href = toHref(isMail ? `mailto:${written}` : written)
    if (href === null) return false
    const host = href.startsWith('mailto:') ? null : findPlainHost(written, href)
    return take(end, { kind: 'link', href, host, children: [{ kind: 'text', text: written }] })
  }

  function readAddressHere(found: string): boolean {
    if (found.toLowerCase() === 'mailto:') {
      MAIL.lastIndex = pos + found.length
      const mail = MAIL.exec(line)?.[0]
      return mail !== undefined && takeLink(found + mail, pos + found.length + mail.length)
    }
    if (found.endsWith('@')) {
      MAIL.lastIndex = pos
      const mail = MAIL.exec(line)?.[0]
      return mail !== undefined && takeLink(mail, pos + mail.length)
    }
    const address = readAddress(line, pos)
    // What begins like an address and cannot be followed is text to its end, so that nothing is read twice.
    return address !== '' && (takeLink(address, pos + address.length) || take(pos + address.length))
  }

  /** Reads what begins with the sign here, or behind the backslash here; false leaves it to be text. */
  function readSign(found: string, escaped: boolean): boolean {
    const sign = found.charAt(0)
    switch (sign) {
      case '`':
        return readCode(found.length, escaped)
      case '$':
        return readFormula(escaped)
      case '*':
      case '_':
      case '~':
        return readMark(sign, found.length, escaped)
      case '[':
        return openBracket(escaped)
      case ']':
        return closeBracket(escaped)
      case '@':
        return readMention(escaped)
      case '<':
        return !escaped && readAngled()
      default:
        return !escaped && readAddressHere(found)
    }
  }

  for (;;) {
    SPECIAL.lastIndex = pos
    const match = SPECIAL.exec(line)
    if (match === null) break
    pos = match.index
    const [found] = match
    if (found === '\\') {
      if (spent.has(pos)) {
        spend()
        continue
      }
      const sign = /^(?:`+|\*+|_+|~+|[[\]$@])/.exec(line.slice(pos + 1, pos + 1 + RUN_MAX))?.[0]
      if (sign === undefined || !readSign(sign, true)) pos += 1
    } else if (!readSign(found, false)) {
      pos += found.endsWith('@') && found.length > 1 ? found.length - 1 : found.length
    }
  }
  pos = line.length
  flush()
  return toInlines(pieces, (piece) => piece.node ?? { kind: 'text', text: piece.written })
}

/** Longer runs mean nothing. */
const RUN_MAX = 40

/** Within a link's words nothing else leads anywhere, and nobody is called. */
function toLinkWord({ node, written }: Piece): Inline {
  return node === null || node.kind === 'link' || node.kind === 'mention' ? { kind: 'text', text: written } : node
}
