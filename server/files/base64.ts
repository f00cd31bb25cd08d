/** The bytes that `text` stands for; undefined unless it is their one canonical form (RFC 4648, 4, with padding). */
export function fromBase64(text: string): Uint8Array<ArrayBuffer> | undefined {
  const bytes = Buffer.from(text, 'base64')
  return bytes.toString('base64') === text ? new Uint8Array(bytes) : undefined
}
