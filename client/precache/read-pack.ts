/*
 * A pack is many files in one, for one request in place of a hundred:
 *
 *   [["/assets/a.js",120],["/assets/b.woff2",4096]]⏎   their paths and lengths, as JSON on a line
 *   120 bytes, 4096 bytes                               one behind the other
 *
 * It is written by build/write-packs.ts.
 */

export interface PackedFile {
  path: string
  bytes: Uint8Array<ArrayBuffer>
}

const LINE_END = 10

/** The files of a pack, each as soon as all of it has come; throws where the pack breaks off, or is none. */
export async function* readPack(stream: ReadableStream<Uint8Array>): AsyncGenerator<PackedFile> {
  const reader = stream.getReader()
  let waiting = new Uint8Array(0)

  async function more(): Promise<void> {
    const { done, value } = await reader.read()
    if (done) throw new Error('a pack broke off')
    const joined = new Uint8Array(waiting.length + value.length)
    joined.set(waiting)
    joined.set(value, waiting.length)
    waiting = joined
  }

  function take(length: number): Uint8Array<ArrayBuffer> {
    const taken = waiting.slice(0, length)
    waiting = waiting.slice(length)
    return taken
  }

  try {
    while (!waiting.includes(LINE_END)) await more()
    const line = new TextDecoder().decode(take(waiting.indexOf(LINE_END) + 1))
    for (const [path, length] of toList(JSON.parse(line))) {
      while (waiting.length < length) await more()
      yield { path, bytes: take(length) }
    }
  } finally {
    await reader.cancel().catch(() => undefined)
  }
}

function toList(parsed: unknown): [path: string, length: number][] {
  const isEntry = (entry: unknown): entry is [string, number] =>
    Array.isArray(entry) && typeof entry[0] === 'string' && typeof entry[1] === 'number'
  if (!Array.isArray(parsed) || !parsed.every(isEntry)) throw new Error('what came is no pack')
  return parsed
}
