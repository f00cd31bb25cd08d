/*
 * Where each photo of a message stands, from nothing but their sizes: what is drawn before they are here is as large as
 * when they are, so that nothing jumps.
 *
 * Several photos stand in rows, each as wide as the whole; in a row all are as high, and share its width by their
 * shapes. Of all ways to break them into rows, in their order, the one is taken whose rows are nearest to what is
 * pleasant to look at. With at most ten photos there are few.
 */

/** The whole in pixels at the default size of text; where there is less room it shrinks with its shape. */
export interface AlbumLayout {
  width: number
  height: number
  tiles: Tile[]
}

/** A part of the whole, each from 0 to 1. */
export interface Tile {
  start: number
  top: number
  width: number
  height: number
}

/** A photo of a size that nobody knows has that of most. */
interface AlbumSize {
  width?: number | undefined
  height?: number | undefined
}

const WIDTH = 352
const HEIGHT_MAX = 416
/** Room for what can be done with a photo, however small it is. */
const SIDE_MIN = 160
/** A single photo is cropped beyond these; beside others beyond narrower ones. */
const ALONE = { min: 0.6, max: 2.4 }
const BESIDE = { min: 0.75, max: 1.6 }
const PER_ROW_MAX = 3
/** Heights as parts of the width: of the whole and of a row. */
const WHOLE = { ideal: 1, max: 1.4 }
const ROW = { min: 0.28, max: 0.7 }

export function layOutAlbum(sizes: readonly AlbumSize[]): AlbumLayout {
  const [first, ...others] = sizes
  if (first === undefined) return { width: WIDTH, height: 0, tiles: [] }
  return others.length === 0 ? layOutAlone(first) : layOutRows(sizes.map((size) => clamp(aspectOf(size), BESIDE)))
}

function layOutAlone(size: AlbumSize): AlbumLayout {
  const aspect = clamp(aspectOf(size), ALONE)
  const width = Math.min(WIDTH, HEIGHT_MAX * aspect, Math.max(size.width ?? WIDTH, SIDE_MIN, SIDE_MIN * aspect))
  return { width, height: width / aspect, tiles: [{ start: 0, top: 0, width: 1, height: 1 }] }
}

function layOutRows(aspects: readonly number[]): AlbumLayout {
  const rows = breakIntoRows(aspects).reduce((best, rows) => (toCost(rows) < toCost(best) ? rows : best))
  const heights = rows.map(heightOf)
  const sum = total(heights)
  const tiles: Tile[] = []
  let top = 0
  for (const [at, row] of rows.entries()) {
    const height = (heights[at] ?? 0) / sum
    let start = 0
    for (const aspect of row) {
      const width = aspect / total(row)
      tiles.push({ start, top, width, height })
      start += width
    }
    top += height
  }
  return { width: WIDTH, height: WIDTH * Math.min(sum, WHOLE.max), tiles }
}

/** All ways to do so. */
function breakIntoRows(aspects: readonly number[]): number[][][] {
  if (aspects.length === 0) return [[]]
  const ways: number[][][] = []
  for (let count = 1; count <= Math.min(PER_ROW_MAX, aspects.length); count++) {
    for (const rest of breakIntoRows(aspects.slice(count))) ways.push([aspects.slice(0, count), ...rest])
  }
  return ways
}

function toCost(rows: readonly (readonly number[])[]): number {
  const heights = rows.map(heightOf)
  const tooHigh = heights.map((height) => Math.max(0, height - ROW.max))
  const tooLow = heights.map((height) => Math.max(0, ROW.min - height))
  return Math.abs(total(heights) - WHOLE.ideal) + 3 * total(tooHigh) + 6 * total(tooLow)
}

function heightOf(row: readonly number[]): number {
  return Math.min(1, 1 / total(row))
}

function total(values: readonly number[]): number {
  return values.reduce((sum, value) => sum + value, 0)
}

function aspectOf({ width, height }: AlbumSize): number {
  return width === undefined || height === undefined ? 4 / 3 : width / height
}

function clamp(value: number, { min, max }: { min: number; max: number }): number {
  return Math.min(max, Math.max(min, value))
}
