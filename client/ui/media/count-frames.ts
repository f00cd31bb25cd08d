import type { PhotoFormat } from './photo-head.ts'

/** How many pictures follow each other in a file, from 1. What is cut off is not counted. */
export function countFrames(format: PhotoFormat, file: DataView): number {
  const frames = { count: 0 }
  try {
    if (format === 'gif') walkGif(file, frames)
    else if (format === 'png') walkPng(file, frames)
    else if (format === 'webp') walkWebp(file, frames)
  } catch (error) {
    if (!(error instanceof RangeError)) throw error
  }
  return Math.max(1, frames.count)
}

interface Frames {
  count: number
}

/** GIF89a, 15 to 27: blocks, each followed by sub-blocks that say their length. */
function walkGif(file: DataView, frames: Frames): void {
  let at = 13 + colourBytes(file.getUint8(10))
  for (;;) {
    const block = file.getUint8(at)
    if (block === 0x2c) {
      frames.count += 1
      at = afterSubBlocks(file, at + 11 + colourBytes(file.getUint8(at + 9)))
    } else if (block === 0x21) at = afterSubBlocks(file, at + 2)
    else return
  }
}

function colourBytes(flags: number): number {
  return (flags & 0x80) === 0 ? 0 : 3 * 2 ** ((flags & 7) + 1)
}

function afterSubBlocks(file: DataView, from: number): number {
  let at = from
  for (let length = file.getUint8(at); length > 0; length = file.getUint8(at)) at += 1 + length
  return at + 1
}

const ACTL = 0x6163544c
const IDAT = 0x49444154

/** PNG (third edition), 11.3.6.1: an animation says so before its pixels. */
function walkPng(file: DataView, frames: Frames): void {
  for (let at = 8; file.getUint32(at + 4) !== IDAT; at += 12 + file.getUint32(at)) {
    if (file.getUint32(at + 4) === ACTL) frames.count = file.getUint32(at + 8)
  }
}

const ANMF = 0x414e4d46

/** RFC 9649, 2.3 and 2.7.1: chunks of even length, one for each frame. */
function walkWebp(file: DataView, frames: Frames): void {
  for (let at = 12; ;) {
    if (file.getUint32(at) === ANMF) frames.count += 1
    const length = file.getUint32(at + 4, true)
    at += 8 + length + (length % 2)
  }
}
