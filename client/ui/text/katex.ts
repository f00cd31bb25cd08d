import katex, { type KatexOptions } from 'katex'
import 'katex/dist/katex.min.css'

/*
 * KaTeX with its style sheet and fonts: large, so only draw-formula.ts names this file, in an import().
 *
 * What a formula may not do: link, load, name classes or ids (`trust`); define commands, whose expansion could be a
 * thousand times as long; expand KaTeX's own without end (`maxExpand`); be drawn larger than a screen.
 */
const OPTIONS: KatexOptions = {
  output: 'htmlAndMathml',
  trust: false,
  // What it calls strict is likeness to LaTeX. An umlaut in a formula is no error here.
  strict: 'ignore',
  throwOnError: true,
  errorColor: 'currentColor',
  maxExpand: 300,
  maxSize: 12,
}
const HEIGHT_MAX_EM = 40
const DEFINES = /\\(?:[gex]?def|let|futurelet|global|long|(?:re)?newcommand|providecommand)(?![a-z])/i

/** KaTeX's tree, which becomes elements without being read as HTML. */
interface KatexTree {
  readonly height: number
  readonly depth: number
  toNode(): Node
  toMarkup(): string
}

// In the module but not in its types. It is what render() and renderToString() build first.
const { __renderToDomTree: toTree } = katex as unknown as {
  __renderToDomTree(source: string, options: KatexOptions): KatexTree
}

export type DrawnFormula = { kind: 'drawn'; tree: KatexTree } | { kind: 'refused'; reason: string }

/** The formula as KaTeX draws it, or why it cannot be drawn. */
export function drawFormula(source: string, display: boolean): DrawnFormula {
  if (DEFINES.test(source)) return refuse('A formula cannot define commands.')
  try {
    const tree = toTree(source, { ...OPTIONS, displayMode: display })
    const isTooTall = tree.height + tree.depth > HEIGHT_MAX_EM
    return isTooTall ? refuse('The formula is too tall.') : { kind: 'drawn', tree }
  } catch (error) {
    // Besides its own errors, what is nested deeply enough exhausts the stack.
    return refuse(error instanceof Error ? error.message : 'The formula cannot be drawn.')
  }
}

function refuse(reason: string): DrawnFormula {
  return { kind: 'refused', reason }
}
