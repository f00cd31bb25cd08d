/** What was said is not of the packed form: cut off, of another version, or somebody's mistake. */
export class Malformed extends Error {
  constructor(what: string) {
    super(`not of the packed form: ${what}`)
    this.name = 'Malformed'
  }
}

/** Writes the bytes of a packed form. Numbers are whole, and safe. */
export interface Out {
  /** At least 0, in as few bytes as it takes: seven bits each, the lowest first (LEB128). */
  number(value: number): void
  /** Below 0 too: six bits and the sign in the first byte. */
  signed(value: number): void
  bytes(bytes: Uint8Array): void
  /** UTF-8, and how many bytes of it before it. A lone surrogate becomes U+FFFD. */
  text(text: string): void
  /** The UUID's first six bytes, which tell when a version 7 was made, as a number; the rest is for `uuidTail`. */
  uuidTail(id: string): void
  /** The place of an id among those that stood here before under this name; 0 for one that did not, and does from now on. */
  find(name: string, id: string): number
  take(): Uint8Array<ArrayBuffer>
}

export interface In {
  number(): number
  signed(): number
  bytes(count: number): Uint8Array
  text(): string
  uuid(time: number): string
  /**
   * A number of things each of which takes a byte at least, beside so many others: nobody is made to take more of them
   * than were sent.
   */
  count(others?: number): number
  get(name: string, place: number): string
  /** From here on this id has a place, unless it has one already. */
  note(name: string, id: string): void
  /** No id stood here before any more, but for those that both ends know. */
  forget(): void
  isAtEnd(): boolean
}

const utf8 = { encoder: new TextEncoder(), decoder: new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }) }
const HEX = Array.from({ length: 256 }, (_, byte) => byte.toString(16).padStart(2, '0'))
const TAIL_BYTES = 10
/** Where the two digits of each byte of a UUID's tail stand. */
const TAIL_AT = [14, 16, 19, 21, 24, 26, 28, 30, 32, 34]
/** What a digit stands for, by the code of its letter. */
const DIGITS = Uint8Array.from({ length: 128 }, (_, code) => Number.parseInt(String.fromCharCode(code), 16) || 0)
const UUID = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/

/** When a UUID of version 7 was made, in milliseconds since 1970; of others a number that tells nothing. Throws for what is none. */
export function uuidTime(id: string): number {
  if (!UUID.test(id)) throw new Malformed('an id that is no UUID')
  return Number.parseInt(id.slice(0, 8), 16) * 0x1_00_00 + Number.parseInt(id.slice(9, 13), 16)
}

function digitAt(id: string, at: number): number {
  return DIGITS[id.charCodeAt(at)] ?? 0
}

/** `known` are the ids that both ends know under a name beforehand. */
export function createOut(known: Readonly<Record<string, readonly string[]>>): Out {
  let buffer = new Uint8Array(256)
  let length = 0
  const places = new Map<string, Map<string, number>>()

  function reserve(count: number): void {
    if (length + count <= buffer.length) return
    const larger = new Uint8Array(Math.max(buffer.length * 2, length + count))
    larger.set(buffer.subarray(0, length))
    buffer = larger
  }

  function number(value: number): void {
    if (!Number.isSafeInteger(value) || value < 0) throw new Malformed(`the number ${value}`)
    reserve(8)
    let rest = value
    while (rest > 0x7f) {
      buffer[length++] = (rest % 0x80) + 0x80
      rest = Math.floor(rest / 0x80)
    }
    buffer[length++] = rest
  }

  function placesOf(name: string): Map<string, number> {
    const found = places.get(name) ?? new Map((known[name] ?? []).map((id, index) => [id, index + 1]))
    places.set(name, found)
    return found
  }

  return {
    number,
    signed(value) {
      const size = Math.abs(value)
      if (!Number.isSafeInteger(size)) throw new Malformed(`the number ${value}`)
      const rest = Math.floor(size / 0x40)
      reserve(1)
      buffer[length++] = (size % 0x40) * 2 + (value < 0 ? 1 : 0) + (rest > 0 ? 0x80 : 0)
      if (rest > 0) number(rest)
    },
    bytes(bytes) {
      reserve(bytes.length)
      buffer.set(bytes, length)
      length += bytes.length
    },
    text(text) {
      const bytes = utf8.encoder.encode(text)
      number(bytes.length)
      this.bytes(bytes)
    },
    uuidTail(id) {
      reserve(TAIL_BYTES)
      for (const at of TAIL_AT) buffer[length++] = digitAt(id, at) * 0x10 + digitAt(id, at + 1)
    },
    find(name, id) {
      const found = placesOf(name)
      const place = found.get(id)
      if (place === undefined) found.set(id, found.size + 1)
      return place ?? 0
    },
    take: () => buffer.slice(0, length),
  }
}

export function createIn(bytes: Uint8Array, known: Readonly<Record<string, readonly string[]>>): In {
  let at = 0
  const ids = new Map<string, { places: string[]; all: Set<string> }>()

  function byte(): number {
    const next = bytes[at++]
    if (next === undefined) throw new Malformed('it ends too early')
    return next
  }

  function number(): number {
    let value = 0
    for (let unit = 1; ; unit *= 0x80) {
      const next = byte()
      value += (next % 0x80) * unit
      if (!Number.isSafeInteger(value)) throw new Malformed('a number too great to be exact')
      if (next < 0x80) return value
    }
  }

  function take(count: number): Uint8Array {
    if (count > bytes.length - at) throw new Malformed('it ends too early')
    at += count
    return bytes.subarray(at - count, at)
  }

  function idsOf(name: string): { places: string[]; all: Set<string> } {
    const found = ids.get(name) ?? { places: [...(known[name] ?? [])], all: new Set(known[name] ?? []) }
    ids.set(name, found)
    return found
  }

  return {
    number,
    signed() {
      const first = byte()
      const size = ((first % 0x80) >> 1) + (first >= 0x80 ? number() * 0x40 : 0)
      if (!Number.isSafeInteger(size)) throw new Malformed('a number too great to be exact')
      return first % 2 === 1 ? -size : size
    },
    bytes: take,
    text() {
      try {
        return utf8.decoder.decode(take(number()))
      } catch (error) {
        throw error instanceof Malformed ? error : new Malformed('a text that is not UTF-8')
      }
    },
    uuid(time) {
      if (time < 0 || time >= 2 ** 48) throw new Malformed('an id that is no UUID')
      const head = time.toString(16).padStart(12, '0')
      const tail = take(TAIL_BYTES)
      // Put together by hand, for each row has some.
      let id = `${head.slice(0, 8)}-${head.slice(8)}-`
      for (let index = 0; index < TAIL_BYTES; index += 1) {
        if (index === 2 || index === 4) id += '-'
        id += HEX[tail[index] ?? 0] ?? ''
      }
      return id
    },
    count(others = 0) {
      const count = number()
      if (count + others > bytes.length - at) throw new Malformed('more is promised than was sent')
      return count
    },
    get(name, place) {
      const id = idsOf(name).places[place - 1]
      if (id === undefined) throw new Malformed('an id that did not stand here before')
      return id
    },
    note(name, id) {
      const { places, all } = idsOf(name)
      if (all.has(id)) return
      places.push(id)
      all.add(id)
    },
    forget: () => ids.clear(),
    isAtEnd: () => at === bytes.length,
  }
}
