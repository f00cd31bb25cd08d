import type { Token } from 'markdown-it'
import { findHiddenHost } from './addresses.ts'
import { NESTING_MAX } from './markdown.ts'
import type { Mentions } from './mention-rule.ts'
import type { Block, Inline } from './tree.ts'

const NODES_MAX = 3_000
/** What markdown-it left out, for being too deep, was inside something as deep as this. */
const DEPTH_MAX = NESTING_MAX - 4
/** What KaTeX is given of one message. Formulas beyond it are shown as they were written. */
const FORMULA_MAX = 1_000
const FORMULAS_MAX = 3_000
const LANGUAGE = /^[\w+#.-]{1,20}/

interface Reader {
  readonly tokens: readonly Token[]
  at: number
}

/**
 * The tokens as a tree of our own. Null when it would be too large or too deep to be drawn, or when nothing of it would
 * be seen.
 */
export function buildTree(tokens: readonly Token[], mentions: Mentions): Block[] | null {
  const found = { nodes: 0, formulas: 0, isTooLarge: false, isSeen: false }

  function enter(depth: number): boolean {
    found.nodes++
    if (found.nodes > NODES_MAX || depth > DEPTH_MAX) found.isTooLarge = true
    return !found.isTooLarge
  }

  function readBlocks(reader: Reader, end: string, depth: number): Block[] {
    const blocks: Block[] = []
    for (let token = next(reader); token !== undefined && token.type !== end; token = next(reader)) {
      if (!enter(depth)) return blocks
      const block = toBlock(token, reader, depth)
      if (block !== null) blocks.push(block)
    }
    return blocks
  }

  function toBlock(token: Token, reader: Reader, depth: number): Block | null {
    switch (token.type) {
      case 'paragraph_open':
        return { kind: 'paragraph', children: readLine(reader, 'paragraph_close', depth) }
      case 'heading_open':
        return {
          kind: 'heading',
          level: Number(token.tag.slice(1)),
          children: readLine(reader, 'heading_close', depth),
        }
      case 'blockquote_open':
        return { kind: 'quote', children: readBlocks(reader, 'blockquote_close', depth + 1) }
      case 'bullet_list_open':
        return { kind: 'list', start: null, items: readItems(reader, 'bullet_list_close', depth) }
      case 'ordered_list_open':
        return {
          kind: 'list',
          start: Number(token.attrGet('start') ?? 1),
          items: readItems(reader, 'ordered_list_close', depth),
        }
      case 'fence':
        found.isSeen = true
        return { kind: 'code', code: token.content.replace(/\n$/, ''), language: toLanguage(token.info) }
      case 'formula_block':
        return toFormulaBlock(token.content)
      case 'hr':
        found.isSeen = true
        return { kind: 'rule' }
      default:
        return null
    }
  }

  function readItems(reader: Reader, end: string, depth: number): Block[][] {
    const items: Block[][] = []
    for (let token = next(reader); token !== undefined && token.type !== end; token = next(reader)) {
      if (!enter(depth)) return items
      // List and item are two levels to markdown-it.
      items.push(readBlocks(reader, 'list_item_close', depth + 2))
    }
    return items
  }

  function toFormulaBlock(source: string): Block {
    found.isSeen = true
    return mayDraw(source) ? { kind: 'formula', source } : { kind: 'code', code: `$$\n${source}\n$$`, language: null }
  }

  function mayDraw(source: string): boolean {
    if (source.length > FORMULA_MAX || found.formulas + source.length > FORMULAS_MAX) return false
    found.formulas += source.length
    return true
  }

  /** The one inline token between a block's opening and its end. */
  function readLine(reader: Reader, end: string, depth: number): Inline[] {
    const inlines: Inline[] = []
    for (let token = next(reader); token !== undefined && token.type !== end; token = next(reader)) {
      inlines.push(...readInlines({ tokens: token.children ?? [], at: 0 }, '', depth + 1))
    }
    return inlines
  }

  function readInlines(reader: Reader, end: string, depth: number): Inline[] {
    const inlines: Inline[] = []
    for (let token = next(reader); token !== undefined && token.type !== end; token = next(reader)) {
      if (!enter(depth)) return inlines
      addInline(inlines, token, reader, depth)
    }
    return inlines
  }

  function addInline(inlines: Inline[], token: Token, reader: Reader, depth: number): void {
    switch (token.type) {
      case 'strong_open':
        inlines.push({ kind: 'strong', children: readInlines(reader, 'strong_close', depth + 1) })
        break
      case 'em_open':
        inlines.push({ kind: 'em', children: readInlines(reader, 'em_close', depth + 1) })
        break
      case 's_open':
        inlines.push({ kind: 'strike', children: readInlines(reader, 's_close', depth + 1) })
        break
      case 'link_open': {
        const href = String(token.attrGet('href') ?? '')
        const children = readInlines(reader, 'link_close', depth + 1)
        if (href === '') inlines.push(...children)
        else inlines.push({ kind: 'link', href, host: findHiddenHost(toWords(children), href), children })
        break
      }
      case 'code_inline':
        found.isSeen = true
        inlines.push({ kind: 'code', text: token.content })
        break
      case 'formula':
        found.isSeen = true
        inlines.push(
          mayDraw(token.content)
            ? { kind: 'formula', source: token.content, display: token.markup === '$$' }
            : { kind: 'code', text: `${token.markup}${token.content}${token.markup}` },
        )
        break
      case 'mention': {
        const person = mentions.get(token.content)
        if (person === undefined) break
        found.isSeen = true
        inlines.push({ kind: 'mention', handle: token.content, id: person.id, name: person.name })
        break
      }
      case 'hardbreak':
        addText(inlines, '\n')
        break
      default:
        addText(inlines, token.content)
    }
  }

  function addText(inlines: Inline[], text: string): void {
    if (text === '') return
    if (/\S/.test(text)) found.isSeen = true
    const last = inlines.at(-1)
    if (last?.kind === 'text') last.text += text
    else inlines.push({ kind: 'text', text })
  }

  const blocks = readBlocks({ tokens, at: 0 }, '', 0)
  return found.isTooLarge || !found.isSeen ? null : blocks
}

function next(reader: Reader): Token | undefined {
  return reader.tokens[reader.at++]
}

function toLanguage(info: string): string | null {
  return LANGUAGE.exec(info.trim())?.[0].toLowerCase() ?? null
}

/** What a reader reads of inlines, without their looks. */
function toWords(inlines: readonly Inline[]): string {
  return inlines
    .map((node) => {
      switch (node.kind) {
        case 'text':
        case 'code':
          return node.text
        case 'formula':
          return node.source
        case 'mention':
          return node.name
        default:
          return toWords(node.children)
      }
    })
    .join('')
}
