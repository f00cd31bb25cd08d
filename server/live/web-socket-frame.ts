/** What RFC 6455 5.2 calls opcodes 1 and 2, in a frame that is a whole message. */
const WHOLE = { text: 0x81, binary: 0x82 }
const LENGTH_IN_2_BYTES = 126
const LENGTH_IN_8_BYTES = 127

const framed = new WeakMap<Buffer, Buffer>()

/**
 * A message as a server sends it: one frame, not masked. ws makes a header for each socket, and sends it and the content in two
 * pieces; what goes to thousands is framed once here.
 */
export function toWebSocketFrame(content: Buffer, kind: keyof typeof WHOLE): Buffer {
  const known = framed.get(content)
  if (known !== undefined) return known
  const frame = Buffer.concat([toHeader(WHOLE[kind], content.length), content])
  framed.set(content, frame)
  return frame
}

function toHeader(first: number, length: number): Buffer {
  if (length < LENGTH_IN_2_BYTES) return Buffer.of(first, length)
  if (length < 2 ** 16) {
    const header = Buffer.of(first, LENGTH_IN_2_BYTES, 0, 0)
    header.writeUInt16BE(length, 2)
    return header
  }
  const header = Buffer.of(first, LENGTH_IN_8_BYTES, 0, 0, 0, 0, 0, 0, 0, 0)
  header.writeBigUInt64BE(BigInt(length), 2)
  return header
}
