import { createHash } from 'node:crypto'
import { createReadStream } from 'node:fs'
import { open } from 'node:fs/promises'
import { Readable } from 'node:stream'
import { pipeline } from 'node:stream/promises'
import { createGunzip, createGzip } from 'node:zlib'

/** What was written: the bytes and the SHA-256 of the compressed file, and how many lines are in it. */
export interface Written {
  bytes: number
  sha256: string
  rows: number
}

/** Writes lines into a compressed file, which is on disk when this resolves. */
export async function writeLines(path: string, lines: AsyncIterable<string>): Promise<Written> {
  const hash = createHash('sha256')
  let [bytes, rows] = [0, 0]
  const file = await open(path, 'wx', 0o600)
  try {
    async function* count() {
      for await (const line of lines) {
        rows += 1
        yield line
      }
    }
    let failed: unknown
    const write = async (part: Buffer) => {
      // What the disk says is told, and not that the rest was given up for it.
      await file.writeFile(part).catch((error: unknown) => {
        failed = error
        throw error
      })
    }
    await pipeline(Readable.from(count()), createGzip(), async (compressed: AsyncIterable<Buffer>) => {
      for await (const part of compressed) {
        hash.update(part)
        bytes += part.length
        await write(part)
      }
    }).catch((error: unknown) => {
      throw failed ?? error
    })
    await file.sync()
  } finally {
    await file.close()
  }
  return { bytes, sha256: hash.digest('hex'), rows }
}

/** The lines of a compressed file. A line ends with a line feed alone: to the readline of Node 24 it also ends with U+2028, which people write. */
export async function* readLines(path: string): AsyncGenerator<string> {
  const source = createReadStream(path)
  const content = createGunzip()
  // An error of the source is one of what is read from it, and nobody else's.
  source.once('error', (error) => content.destroy(error))
  source.pipe(content)
  content.setEncoding('utf8')
  let rest = ''
  for await (const part of content as AsyncIterable<string>) {
    const lines = (rest + part).split('\n')
    rest = lines.pop() ?? ''
    yield* lines
  }
  if (rest !== '') yield rest
}

export async function hashFile(path: string): Promise<{ bytes: number; sha256: string }> {
  const hash = createHash('sha256')
  let bytes = 0
  for await (const part of createReadStream(path) as AsyncIterable<Buffer>) {
    hash.update(part)
    bytes += part.length
  }
  return { bytes, sha256: hash.digest('hex') }
}
