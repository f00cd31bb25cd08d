import type { ElementContent, Root, RootContent } from 'hast'

export type CodeColour = 'comment' | 'keyword' | 'string' | 'number' | 'name' | 'type'

export interface CodePart {
  text: string
  colour: CodeColour | null
}

/** The scopes of highlight.js, without `hljs-`. Those that are missing have the colour of what they stand in. */
const COLOURS = new Map<string, CodeColour>([
  ...colour('comment', ['comment', 'quote', 'doctag']),
  ...colour('keyword', ['keyword', 'selector-tag', 'tag', 'name', 'literal', 'operator', 'section', 'meta']),
  ...colour('string', ['string', 'regexp', 'char', 'addition', 'link', 'code', 'formula']),
  ...colour('number', ['number', 'symbol', 'bullet', 'deletion', 'variable', 'template-variable']),
  ...colour('name', ['title', 'attr', 'attribute', 'property', 'selector-id', 'selector-class', 'params']),
  ...colour('type', ['type', 'built_in', 'class', 'selector-attr', 'selector-pseudo', 'template-tag']),
])

/** The tree of lowlight as the row of parts that it is on the screen. */
export function toCodeParts(root: Root): CodePart[] {
  const parts: CodePart[] = []
  collect(root.children, null, parts)
  return parts
}

function collect(nodes: readonly (RootContent | ElementContent)[], around: CodeColour | null, parts: CodePart[]): void {
  for (const node of nodes) {
    if (node.type === 'text') {
      const last = parts.at(-1)
      if (last?.colour === around) last.text += node.value
      else parts.push({ text: node.value, colour: around })
    } else if (node.type === 'element') {
      collect(node.children, findColour(node.properties.className) ?? around, parts)
    }
  }
}

function findColour(classes: unknown): CodeColour | undefined {
  if (!Array.isArray(classes)) return undefined
  return COLOURS.get(String(classes[0]).replace(/^hljs-/, ''))
}

function colour(name: CodeColour, scopes: readonly string[]): [string, CodeColour][] {
  return scopes.map((scope) => [scope, name])
}
