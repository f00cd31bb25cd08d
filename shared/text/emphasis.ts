import type { Run } from './characters.ts'
import type { Inline } from './tree.ts'

type Emphasis = 'strong' | 'em' | 'strike'

/** A run of marks that stands where it may begin or end something. */
export interface Mark extends Run {
  /** A backslash stands before it: what it would mark stands as written, without the backslash. */
  escaped: boolean
  opens: boolean
  closes: boolean
}

/** A part of a line: a node, a mark, or text. `written` is how it stands there. */
export interface Piece {
  written: string
  node: Inline | null
  mark: Mark | null
}

/** What each length of a mark means, the outermost first. Others mean nothing. */
const MEANS: Record<string, readonly Emphasis[]> = {
  '*': ['em'],
  '**': ['strong'],
  '***': ['em', 'strong'],
  _: ['em'],
  '~~': ['strike'],
}
/** A digit among brackets and signs is one of a face. */
const HOLDS_WORD = /[\p{L}\p{Extended_Pictographic}]|^[\s\p{Sc}#.%+–—-]*\p{N}/u

export function hasMeaning(mark: string): boolean {
  return mark in MEANS
}

interface Found {
  begins: Map<number, Emphasis[]>
  ends: Map<number, number>
  /** Marks whose backslash did what it stands there for. */
  escapes: Set<number>
}

/** The pieces of a line as a tree. `toText` says what stands for a piece that is no mark. */
export function toInlines(pieces: readonly Piece[], toNode: (piece: Piece) => Inline): Inline[] {
  const { begins, ends, escapes } = matchMarks(pieces)
  const top: Inline[] = []
  const open: { kind: Emphasis; children: Inline[] }[] = []
  for (const [at, piece] of pieces.entries()) {
    const children = open.at(-1)?.children ?? top
    const begun = begins.get(at)
    const ended = ends.get(at)
    if (begun !== undefined) {
      open.push(...begun.map((kind) => ({ kind, children: [] })))
    } else if (ended !== undefined) {
      for (let count = 0; count < ended; count++) {
        const node = open.pop()
        if (node !== undefined) addInline(open.at(-1)?.children ?? top, node)
      }
    } else if (piece.mark === null) {
      addInline(children, toNode(piece))
    } else {
      addInline(children, { kind: 'text', text: escapes.has(at) ? piece.written.slice(1) : piece.written })
    }
  }
  return top
}

export function addInline(inlines: Inline[], node: Inline): void {
  const last = inlines.at(-1)
  if (node.kind !== 'text') inlines.push(node)
  else if (last?.kind === 'text') last.text += node.text
  else if (node.text !== '') inlines.push({ ...node })
}

/**
 * Which marks belong together. Those that stand open are kept by what they are; what ends takes the nearest of its
 * like, and what was opened after that stays text. A pair with a backslash before one of them is none, and nothing
 * but a word or a node stands in between.
 */
function matchMarks(pieces: readonly Piece[]): Found {
  const found: Found = { begins: new Map(), ends: new Map(), escapes: new Set() }
  const words = countBefore(pieces, ({ written, node }) => node !== null || HOLDS_WORD.test(written))
  const stars = countBefore(pieces, ({ written, mark }) => mark === null && written === '*')
  const open = new Map<string, number[]>()
  const markAt = (at: number) => pieces[at]?.mark ?? null
  const holds = (from: number, to: number) => (words[to] ?? 0) > (words[from + 1] ?? 0)
  /** As in `*2*3*`: with one more in between, nobody can say what was meant. */
  const isDoubtful = (from: number, to: number) => (stars[to] ?? 0) > (stars[from + 1] ?? 0)

  /** The nearest that is open, without a backslash unless `escaped`; those with one that stand nearer did their work. */
  function findOpening(name: string, to: number, escaped: boolean): number | undefined {
    const starts = open.get(name) ?? []
    for (let from = starts.at(-1); from !== undefined && holds(from, to); from = starts.at(-1)) {
      if (name === '*' && isDoubtful(from, to)) return undefined
      if (markAt(from)?.escaped !== true || escaped) return from
      found.escapes.add(from)
      starts.pop()
    }
    return undefined
  }

  function pair(openings: readonly { from: number; name: string }[], to: number): void {
    for (const { from, name } of openings) {
      found.begins.set(from, [...(MEANS[name] ?? [])])
      found.ends.set(to, (found.ends.get(to) ?? 0) + (MEANS[name]?.length ?? 0))
      for (const starts of open.values()) while ((starts.at(-1) ?? -1) >= from) starts.pop()
    }
  }

  function close(name: string, to: number): boolean {
    const from = findOpening(name, to, false)
    if (from !== undefined) {
      pair([{ from, name }], to)
      return true
    }
    if (name !== '***') return false
    const parts = ['*', '**'].map((part) => ({ name: part, from: findOpening(part, to, false) }))
    const openings = parts.flatMap(({ name: part, from: at }) => (at === undefined ? [] : [{ name: part, from: at }]))
    if (openings.length < 2) return false
    pair(
      openings.sort((a, b) => b.from - a.from),
      to,
    )
    return true
  }

  function closeEscaped(name: string, to: number): boolean {
    const from = findOpening(name, to, true)
    if (from === undefined) return false
    found.escapes.add(to)
    if (markAt(from)?.escaped === true) {
      found.escapes.add(from)
      open.get(name)?.pop()
    }
    return true
  }

  for (const [at, { mark }] of pieces.entries()) {
    if (mark === null) continue
    const name = mark.mark.repeat(mark.length)
    if (mark.closes && (mark.escaped ? closeEscaped(name, at) : close(name, at))) continue
    if (!mark.opens) continue
    const starts = open.get(name)
    if (starts === undefined) open.set(name, [at])
    else starts.push(at)
  }
  return found
}

/** How many pieces before each place are so. */
function countBefore(pieces: readonly Piece[], isSo: (piece: Piece) => boolean): number[] {
  const counts = [0]
  for (const piece of pieces) counts.push((counts.at(-1) ?? 0) + (isSo(piece) ? 1 : 0))
  return counts
}
