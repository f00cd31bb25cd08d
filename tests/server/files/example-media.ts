// Files of many kinds, as short as they can be and still be told apart. All are made here.

const text = (content: string) => Buffer.from(content, 'latin1')

/** A box of ISO/IEC 14496-12. */
function box(type: string, ...content: Buffer[]): Buffer {
  const size = Buffer.alloc(4)
  size.writeUInt32BE(8 + content.reduce((sum, { length }) => sum + length, 0))
  return Buffer.concat([size, text(type), ...content])
}

const handler = (type: 'soun' | 'vide') => box('hdlr', Buffer.alloc(8), text(type), Buffer.alloc(13))

/** An MP4 with such tracks, its table of contents at the end, as recorders leave it. */
export function mp4(...tracks: ('soun' | 'vide')[]): Buffer {
  return Buffer.concat([
    box('ftyp', text('isom'), Buffer.alloc(4), text('isommp42')),
    box('mdat', Buffer.alloc(100)),
    box('moov', box('mvhd', Buffer.alloc(100)), ...tracks.map((type) => box('trak', box('mdia', handler(type))))),
  ])
}

/** An element of EBML (RFC 8794), of a size that is known or not. */
function element(id: number[], content: Buffer, { isOpen = false } = {}): Buffer {
  const size = Buffer.alloc(8)
  size.writeBigUInt64BE(BigInt(content.length))
  size[0] = 0x01
  return Buffer.concat([
    Buffer.from(id),
    isOpen ? Buffer.from([0x01, 255, 255, 255, 255, 255, 255, 255]) : size,
    content,
  ])
}

/** A WebM with such tracks, streamed as browsers record it: nobody knows how long it will be. */
export function webm(...tracks: ('sound' | 'video')[]): Buffer {
  const entries = tracks.map((type) => element([0xae], element([0x83], Buffer.from([type === 'sound' ? 2 : 1]))))
  return Buffer.concat([
    element([0x1a, 0x45, 0xdf, 0xa3], element([0x42, 0x82], text('webm'))),
    element(
      [0x18, 0x53, 0x80, 0x67],
      Buffer.concat([
        element([0x15, 0x49, 0xa9, 0x66], Buffer.alloc(10)),
        element([0x16, 0x54, 0xae, 0x6b], Buffer.concat(entries)),
        element([0x1f, 0x43, 0xb6, 0x75], Buffer.alloc(50), { isOpen: true }),
      ]),
      { isOpen: true },
    ),
  ])
}

/** A page of Ogg (RFC 3533) that begins Opus. */
export function oggOpus(): Buffer {
  return Buffer.concat([text('OggS\0\x02'), Buffer.alloc(20), text('\x01\x13OpusHead\x01\x01'), Buffer.alloc(40)])
}

export function wav(): Buffer {
  const format = Buffer.from([16, 0, 0, 0, 1, 0, 1, 0, 0x40, 0x1f, 0, 0, 0x40, 0x1f, 0, 0, 1, 0, 8, 0])
  return Buffer.concat([text('RIFF\x2c\0\0\0WAVEfmt '), format, text('data\x08\0\0\0'), Buffer.alloc(8)])
}

export const PDF = text('%PDF-1.4\n1 0 obj<</Type/Catalog/Pages 2 0 R>>endobj\ntrailer<</Root 1 0 R>>\n%%EOF\n')
export const ELF = Buffer.concat([text('\x7fELF\x02\x01\x01'), Buffer.alloc(200)])
export const EXE = Buffer.concat([text('MZ'), Buffer.alloc(200)])
export const ZIP = Buffer.concat([text('PK\x03\x04\x14\0\0\0\0\0'), Buffer.alloc(20), text('a.txt')])
export const SVG = text('<?xml version="1.0"?><svg xmlns="http://www.w3.org/2000/svg"><script>alert(1)</script></svg>')
export const BARE_SVG = text(
  '<svg xmlns="http://www.w3.org/2000/svg" onload="alert(1)"><rect width="9" height="9"/></svg>',
)
export const HTML = text('<!doctype html><script>alert(document.cookie)</script>')
