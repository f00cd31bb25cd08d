import type { Inline } from './tree.ts'

/** What a reader reads of inlines, without their looks. */
export function toWords(inlines: readonly Inline[]): string {
  return inlines
    .map((node) => {
      switch (node.kind) {
        case 'text':
        case 'code':
          return node.text
        case 'formula':
          return node.source
        case 'mention':
          return `@${node.name}`
        case 'link':
        case 'strong':
        case 'em':
        case 'strike':
          return toWords(node.children)
      }
    })
    .join('')
}
