import sharp from 'sharp'
import { createRandom, type Random } from '../random.ts'
import { draw } from './svg.ts'

/** A value from 0 to 1, mostly about 0.5, for each place of a plane: it changes gently over a distance of about 1, and in ever finer detail within. */
export type Noise = (x: number, y: number) => number

/** Noise is made once, as a square that fits to itself on all sides: asked millions of times it is only read. */
const SIDE = 1024
const FINENESS = 16
const OCTAVES = 5
const LATTICE_SIDE = 256

/** A part of the noise that is somebody's own. */
export function createNoise(random: Random): Noise {
  const [left, top] = [random.between(0, SIDE), random.between(0, SIDE)]
  const square = findSquare()
  const at = (column: number, row: number) => square[(column & (SIDE - 1)) + (row & (SIDE - 1)) * SIDE] ?? 0
  return (x, y) => {
    const [across, down] = [x * FINENESS + left, y * FINENESS + top]
    const [column, row] = [Math.floor(across), Math.floor(down)]
    const part = across - column
    const upper = at(column, row) + (at(column + 1, row) - at(column, row)) * part
    const lower = at(column, row + 1) + (at(column + 1, row + 1) - at(column, row + 1)) * part
    return upper + (lower - upper) * (down - row)
  }
}

let square: Float32Array | undefined

/** Value noise, chance at whole places and a smooth way between them; each octave is twice as fine as the one before, and half as strong. */
function findSquare(): Float32Array {
  if (square !== undefined) return square
  const random = createRandom(99)
  const lattice = Float32Array.from({ length: LATTICE_SIDE * LATTICE_SIDE }, () => random.next())
  square = new Float32Array(SIDE * SIDE)
  for (let octave = 0; octave < OCTAVES; octave += 1) {
    const scale = 2 ** octave / FINENESS
    const last = Math.min(LATTICE_SIDE, SIDE * scale) - 1
    const strength = 2 ** -octave / (2 - 2 ** (1 - OCTAVES))
    const at = (x: number, y: number) => lattice[(x & last) + (y & last) * LATTICE_SIDE] ?? 0
    for (let row = 0; row < SIDE; row += 1) {
      const top = Math.floor(row * scale)
      const down = ease(row * scale - top)
      for (let column = 0; column < SIDE; column += 1) {
        const left = Math.floor(column * scale)
        const across = ease(column * scale - left)
        const upper = at(left, top) + (at(left + 1, top) - at(left, top)) * across
        const lower = at(left, top + 1) + (at(left + 1, top + 1) - at(left, top + 1)) * across
        square[column + row * SIDE] = (square[column + row * SIDE] ?? 0) + (upper + (lower - upper) * down) * strength
      }
    }
  }
  return square
}

/** Red, green and blue from 0 to 255, and how much of it covers, from 0 to 1. */
export type Colour = readonly [red: number, green: number, blue: number, cover?: number]

export interface Area {
  x: number
  y: number
  width: number
  height: number
}

/**
 * An area painted point by point, `fineness` of them to a pixel and less, as an image of SVG. `paint` gets the place in pixels.
 */
export async function paintArea(
  { x, y, width, height }: Area,
  fineness: number,
  paint: (x: number, y: number) => Colour,
  attributes: Readonly<Record<string, string | number>> = {},
): Promise<string> {
  const [columns, rows] = [Math.ceil(width * fineness), Math.ceil(height * fineness)]
  const bytes = new Uint8ClampedArray(columns * rows * 4)
  let at = 0
  for (let row = 0; row < rows; row += 1) {
    for (let column = 0; column < columns; column += 1) {
      const [red, green, blue, cover = 1] = paint(x + (column + 0.5) / fineness, y + (row + 0.5) / fineness)
      bytes[at++] = red
      bytes[at++] = green
      bytes[at++] = blue
      bytes[at++] = cover * 255
    }
  }
  const raw = { width: columns, height: rows, channels: 4 } as const
  const png = await sharp(bytes, { raw }).png({ compressionLevel: 1 }).toBuffer()
  const href = `data:image/png;base64,${png.toString('base64')}`
  return draw('image', { x, y, width, height, preserveAspectRatio: 'none', href, ...attributes })
}

/** Between two colours, `part` of the way. */
export function mix(one: Colour, other: Colour, part: number): Colour {
  const share = part < 0 ? 0 : part > 1 ? 1 : part
  const rest = 1 - share
  return [one[0] * rest + other[0] * share, one[1] * rest + other[1] * share, one[2] * rest + other[2] * share]
}

/** As SVG and CSS write it. */
export function toCss([red, green, blue]: Colour): string {
  const whole = (value: number) => Math.round(Math.min(255, Math.max(0, value)))
  return `rgb(${whole(red)},${whole(green)},${whole(blue)})`
}

function ease(part: number): number {
  return part * part * (3 - 2 * part)
}
