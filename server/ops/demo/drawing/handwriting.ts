import type { Random } from '../random.ts'
import { GLYPHS } from './glyphs.ts'
import type { Point } from './svg.ts'

export interface Writing {
  /** Where the first letter stands, and how high a small one is, in whatever units the strokes are to be in. */
  x: number
  y: number
  size: number
  /** How much the hand shakes, from 0. */
  shake?: number
  /** How far letters lean to the right, as a part of their height. */
  lean?: number
  /** Each letter as wide as another. */
  isMono?: boolean
}

/** What units of a glyph a small letter is high; above it stand large ones. */
const SMALL = 5
const STANDS_ON = 3
/** Hands write narrower than the grid of the glyphs is. */
const NARROW = 0.78
const MONO_ADVANCE = 7.8
const GAP = 2.6
const SPACE = 4.4

/** The strokes of a pen that writes a line of text, each as places, with y growing downwards. */
export function write(random: Random, text: string, writing: Writing): Point[][] {
  const { x, y, size, shake = 0, lean = 0, isMono = false } = writing
  const unit = size / SMALL
  const strokes: Point[][] = []
  let at = 0
  let rise = 0
  for (const letter of text) {
    const glyph = GLYPHS[letter]
    if (glyph === undefined) {
      if (letter !== ' ') throw new Error(`no glyph for ${letter}`)
      at += isMono ? MONO_ADVANCE : SPACE
      continue
    }
    rise = rise * 0.7 + (random.next() - 0.5) * shake
    const stretch = 1 + (random.next() - 0.5) * shake * 0.3
    const places = glyph.split(' ').map(readStroke)
    const all = places.flat()
    const left = isMono ? 0 : Math.min(...all.map(([across]) => across))
    const right = Math.max(...all.map(([across]) => across))
    for (const stroke of places) {
      strokes.push(
        stroke.map(([across, up]): Point => {
          const height = (up - STANDS_ON) * stretch + rise + (random.next() - 0.5) * shake * 0.8
          const along = at + across - left + height * lean + (random.next() - 0.5) * shake * 0.8
          return [x + along * unit * (isMono ? 1 : NARROW), y - height * unit]
        }),
      )
    }
    at += isMono ? MONO_ADVANCE : right - left + GAP
  }
  return strokes
}

function readStroke(stroke: string): Point[] {
  return (stroke.match(/../g) ?? []).map((place): Point => [digit(place[0]), digit(place[1])])
}

function digit(letter = '0'): number {
  return Number.parseInt(letter, 16)
}
