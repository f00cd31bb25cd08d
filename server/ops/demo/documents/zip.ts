import { crc32 } from 'node:zlib'

/** The date of everything in it, as MS-DOS wrote one: the first of October 2025. */
const DATE = ((2025 - 1980) << 9) | (10 << 5) | 1
const [LOCAL, CENTRAL, END] = [0x04034b50, 0x02014b50, 0x06054b50]

/** Files in a ZIP archive as they are, without compression (APPNOTE.TXT 6.3.10). */
export function createZip(files: Readonly<Record<string, string>>): Buffer {
  const parts: Buffer[] = []
  const directory: Buffer[] = []
  let offset = 0
  for (const [name, text] of Object.entries(files)) {
    const content = Buffer.from(text)
    const facts = toFacts(name, content)
    const header = Buffer.concat([toWord(LOCAL), facts, Buffer.from(name)])
    const more = Buffer.alloc(14)
    more.writeUInt32LE(offset, 10)
    directory.push(toWord(CENTRAL), Buffer.from([20, 0]), facts, more, Buffer.from(name))
    parts.push(header, content)
    offset += header.length + content.length
  }
  const listed = Buffer.concat(directory)
  const end = Buffer.alloc(18)
  const count = Object.keys(files).length
  end.writeUInt16LE(count, 4)
  end.writeUInt16LE(count, 6)
  end.writeUInt32LE(listed.length, 8)
  end.writeUInt32LE(offset, 12)
  return Buffer.concat([...parts, listed, toWord(END), end])
}

/** What stands of a file both before it and in the directory. */
function toFacts(name: string, content: Buffer): Buffer {
  const facts = Buffer.alloc(26)
  facts.writeUInt16LE(20, 0)
  facts.writeUInt16LE(DATE, 8)
  facts.writeUInt32LE(crc32(content), 10)
  facts.writeUInt32LE(content.length, 14)
  facts.writeUInt32LE(content.length, 18)
  facts.writeUInt16LE(Buffer.byteLength(name), 22)
  return facts
}

function toWord(value: number): Buffer {
  const word = Buffer.alloc(4)
  word.writeUInt32LE(value)
  return word
}
