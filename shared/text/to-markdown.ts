import { readText } from './read-text.ts'
import type { Block, Inline } from './tree.ts'

/*
 * Readers of Markdown (CommonMark) have rules of their own, by which `2*3*4` is italic, backslashes vanish and lists are
 * numbered anew. So a text is handed to them as it is read here: what is markup as theirs, the rest kept from being any.
 */

/** A text as CommonMark, which every reader of that draws as it is drawn here. */
export function toMarkdown(text: string): string {
  const tree = readText(text)
  return tree.kind === 'blocks' ? toBlocks(tree.blocks) : toLines([{ kind: 'text', text: tree.text }])
}

function toBlocks(blocks: readonly Block[]): string {
  return blocks.map(toBlock).join('\n\n')
}

function toBlock(block: Block): string {
  switch (block.kind) {
    case 'paragraph':
      return toLines(block.children)
    case 'heading':
      return `${'#'.repeat(block.level)} ${block.children.map(toInline).join('')}`
    case 'quote':
      return indent(toBlocks(block.children), '> ')
    case 'list':
      return block.items
        .map(({ marker, children }) =>
          marker === null
            ? `- ${indent(toBlocks(children), '  ').trimStart()}`
            : `${marker.slice(0, -1)}\\${marker.slice(-1)} ${toBlocks(children)}\\`,
        )
        .join('\n')
        .replace(/\\$/, '')
    case 'code': {
      const fence = '`'.repeat(Math.max(2, ...Array.from(block.code.matchAll(/`+/g), ([run]) => run.length)) + 1)
      return `${fence}${block.language ?? ''}\n${block.code}\n${fence}`
    }
    case 'formula':
      return `$$\n${block.source}\n$$`
    case 'rule':
      return '---'
  }
}

function toInline(node: Inline): string {
  switch (node.kind) {
    case 'text':
      return node.text.replace(/[\\`*_[\]<>#|~$&]/g, '\\$&')
    case 'strong':
      return `**${node.children.map(toInline).join('')}**`
    case 'em':
      return `*${node.children.map(toInline).join('')}*`
    case 'strike':
      return `~~${node.children.map(toInline).join('')}~~`
    case 'code': {
      const fence = '`'.repeat(Math.max(0, ...Array.from(node.text.matchAll(/`+/g), ([run]) => run.length)) + 1)
      const space = /^`|`$/.test(node.text) ? ' ' : ''
      return `${fence}${space}${node.text}${space}${fence}`
    }
    case 'link':
      return `[${node.children.map(toInline).join('')}](<${node.href}>)`
    case 'mention':
      return `@${node.handle}`
    case 'formula':
      return node.display ? `$$${node.source}$$` : `$${node.source}$`
  }
}

/** Lines end where they ended, and nothing at their beginning is taken for a list or a title. */
function toLines(inlines: readonly Inline[]): string {
  return inlines
    .map(toInline)
    .join('')
    .split('\n')
    .map((line) =>
      line.trim().replace(/^([-+=]|\d{1,9}(?=[.)]))/, (sign) => (/\d/.test(sign) ? `${sign}\\` : `\\${sign}`)),
    )
    .join('\n')
    .replace(/(?<=[^\n])\n(?=[^\n])/g, '\\\n')
}

function indent(text: string, by: string): string {
  return text
    .split('\n')
    .map((line) => `${by}${line}`.trimEnd())
    .join('\n')
}
