import { PICTURE_SIDE_MAX } from '../../shared/protocol/limits.ts'

export const BASELINE = 0xc0
export const PROGRESSIVE = 0xc2

/** A frame header (ITU-T T.81, B.2.2): how it is coded, and by component its table of quantization. */
export interface Frame {
  marker: typeof BASELINE | typeof PROGRESSIVE
  quantizations: ReadonlyMap<number, number>
}

/** Tables that came so far, as their class and number in one byte: 0 and 16 are the first for DC and for AC. */
export interface Tables {
  quantizations: ReadonlySet<number>
  codes: ReadonlySet<number>
}

const LAST_COEFFICIENT = 63
const LAST_TABLE = 3
const AC = 16

/** Undefined unless it describes a grey or coloured picture of our size, of 8 bits a sample. */
export function readFrame(marker: Frame['marker'], content: Uint8Array): Frame | undefined {
  const [precision, high = 0, low = 0, wide = 0, narrow = 0, count = 0] = content
  const height = (high << 8) | low
  const width = (wide << 8) | narrow
  if (precision !== 8 || !isSide(height) || !isSide(width)) return undefined
  if ((count !== 1 && count !== 3) || content.length !== 6 + 3 * count) return undefined
  const quantizations = new Map<number, number>()
  for (let at = 6; at < content.length; at += 3) {
    const [component = 0, sampling = 0, table = 0] = content.subarray(at)
    if (!isSampling(sampling >> 4) || !isSampling(sampling & 15) || table > LAST_TABLE) return undefined
    quantizations.set(component, table)
  }
  return quantizations.size === count ? { marker, quantizations } : undefined
}

const isSide = (pixels: number) => pixels > 0 && pixels <= PICTURE_SIDE_MAX
const isSampling = (factor: number) => factor === 1 || factor === 2 || factor === 4

/** Whether a scan header (B.2.3) asks for components of its frame, and for tables that came before it. */
export function isScan(content: Uint8Array, frame: Frame, tables: Tables): boolean {
  const [count = 0] = content
  if (count < 1 || count > frame.quantizations.size || content.length !== 4 + 2 * count) return false
  const [first = 0, last = 0, bits = 0] = content.subarray(1 + 2 * count)
  if (!isSelection(frame, count, first, last, bits)) return false
  const needsDc = first === 0 && bits >> 4 === 0
  const needsAc = last > 0
  const components = new Set<number>()
  for (let at = 1; at <= 2 * count; at += 2) {
    const [component = 0, codes = 0] = content.subarray(at)
    const quantization = frame.quantizations.get(component)
    if (quantization === undefined || !tables.quantizations.has(quantization)) return false
    if (needsDc && !tables.codes.has(codes >> 4)) return false
    if (needsAc && !tables.codes.has(AC | (codes & 15))) return false
    components.add(component)
  }
  return components.size === count
}

/** Which coefficients, and which of their bits: all at once in a baseline, part by part in a progressive (G.1.1.1). */
function isSelection(frame: Frame, count: number, first: number, last: number, bits: number): boolean {
  if (frame.marker === BASELINE) return first === 0 && last === LAST_COEFFICIENT && bits === 0
  if (first === 0 ? last !== 0 : last < first || last > LAST_COEFFICIENT || count > 1) return false
  const before = bits >> 4
  const now = bits & 15
  return now <= 13 && (before === 0 || before === now + 1)
}

/** The numbers of the tables that one segment defines (B.2.4.1); undefined when it is not made of whole ones. */
export function readQuantizations(content: Uint8Array): number[] | undefined {
  const found: number[] = []
  let at = 0
  while (at < content.length) {
    const [head = 0] = content.subarray(at)
    if (head > LAST_TABLE || at + 65 > content.length) return undefined
    if (content.subarray(at + 1, at + 65).includes(0)) return undefined
    found.push(head)
    at += 65
  }
  return found
}

/** The classes and numbers of the code tables that one segment defines (B.2.4.2); undefined when a code is none. */
export function readCodes(content: Uint8Array): number[] | undefined {
  const found: number[] = []
  let at = 0
  while (at < content.length) {
    const [head = 0, ...counts] = content.subarray(at, at + 17)
    const size = counts.reduce((sum, count) => sum + count, 0)
    // Codes of each length, as a part of all that there are of the longest: more cannot be told apart (C.2).
    const room = counts.reduce((sum, count, index) => sum + count * 2 ** (15 - index), 0)
    const isTable = (head & ~AC) <= LAST_TABLE && counts.length === 16 && size <= 256 && room <= 2 ** 16
    if (!isTable || at + 17 + size > content.length) return undefined
    found.push(head)
    at += 17 + size
  }
  return found
}
