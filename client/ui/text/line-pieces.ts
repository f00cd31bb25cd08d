import { unreachable } from '../../../shared/unreachable.ts'
import { readText } from '../../../shared/text/read-text.ts'
import type { Block, Inline } from '../../../shared/text/tree.ts'
import { toOneLine } from './one-line.ts'

/** Of a text in one line: words without markup, and formulas. */
export type LinePiece = { kind: 'text'; text: string } | { kind: 'formula'; source: string }

/** The beginning of a text as one line in which its formulas stay formulas, of at most `max` UTF-16 units of source. */
export function toLinePieces(text: string, max: number): LinePiece[] {
  const tree = readText(text)
  const found = tree.kind === 'blocks' ? tree.blocks.flatMap(ofBlock) : [{ kind: 'text', text: tree.text } as const]
  const pieces: LinePiece[] = []
  let left = max
  for (const piece of found) {
    if (left <= 0) break
    if (piece.kind === 'formula') {
      // Half a formula would be another one.
      pieces.push(piece.source.length <= left ? piece : { kind: 'text', text: '…' })
      left -= piece.source.length
      continue
    }
    const before = pieces.at(-1)
    if (before?.kind === 'text') before.text += piece.text
    else pieces.push({ ...piece })
    left -= piece.text.length
  }
  const last = pieces.at(-1)
  if (left < 0 && last?.kind === 'text' && last.text !== '…') {
    const lead = /^\s/.test(last.text) ? ' ' : ''
    last.text = lead + toOneLine(last.text, Math.max(1, last.text.length + left - lead.length))
  }
  return pieces.map((piece) => (piece.kind === 'text' ? { ...piece, text: piece.text.replaceAll(/\s+/g, ' ') } : piece))
}

function ofBlock(block: Block): LinePiece[] {
  switch (block.kind) {
    case 'paragraph':
    case 'heading':
      return [...block.children.flatMap(ofInline), { kind: 'text', text: ' ' }]
    case 'list':
      return block.items.flatMap(({ marker, children }) => [
        { kind: 'text', text: marker === null ? '' : `${marker} ` },
        ...children.flatMap(ofBlock),
      ])
    case 'quote':
      return block.children.flatMap(ofBlock)
    case 'code':
      return [{ kind: 'text', text: `${block.code} ` }]
    case 'formula':
      return [
        { kind: 'formula', source: block.source },
        { kind: 'text', text: ' ' },
      ]
    case 'rule':
      return []
    default:
      return unreachable(block)
  }
}

function ofInline(inline: Inline): LinePiece[] {
  switch (inline.kind) {
    case 'text':
    case 'code':
      return [{ kind: 'text', text: inline.text }]
    case 'strong':
    case 'em':
    case 'strike':
    case 'link':
      return inline.children.flatMap(ofInline)
    case 'mention':
      return [{ kind: 'text', text: `@${inline.handle}` }]
    case 'formula':
      return [{ kind: 'formula', source: inline.source }]
    default:
      return unreachable(inline)
  }
}
