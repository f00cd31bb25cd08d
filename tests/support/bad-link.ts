import { connect, createServer, type Socket } from 'node:net'
import { setTimeout } from 'node:timers/promises'

export interface BadLinkOptions {
  /** In each direction, all connections together. */
  bytesPerSecond: number
  /** How probable it is that a segment is lost, and has to be sent once more. */
  loss: number
  /** How long whoever sent it waits for word of it before they do so, and how long each segment takes to the other side. */
  timeoutMs: number
  delayMs: number
  /** From 0 to 1. */
  random: () => number
}

/**
 * A link of a campus at noon, as TCP is seen by those who use it: what is lost comes late, with all that is behind it, and
 * nothing is ever missing in the middle. When it is cut, what is on its way is gone; the device hears of it at once, the
 * server not at all.
 */
export interface BadLink {
  readonly port: number
  /** Bytes that the device sent so far, and again what was lost of them. */
  readonly sentBytes: number
  readonly cuts: number
  /** Before that it is as good as any. */
  begin(options: BadLinkOptions): void
  /** Breaks all that is open; for a while nothing gets through. */
  cut(goneMs: number): void
  close(): Promise<void>
}

const SEGMENT_BYTES = 1_460

interface Pair {
  near: Socket
  far: Socket
  isCut: boolean
}

export async function createBadLink(targetPort: number): Promise<BadLink> {
  const pairs = new Set<Pair>()
  const [up, down] = [createDirection(), createDirection()]
  let options: BadLinkOptions | undefined
  let cuts = 0
  let goneUntil = 0

  async function carry(pair: Pair, from: Socket, to: Socket, direction: Direction): Promise<void> {
    try {
      for await (const chunk of from as AsyncIterable<Buffer>) {
        for (let at = 0; at < chunk.length; at += SEGMENT_BYTES) {
          const segment = chunk.subarray(at, at + SEGMENT_BYTES)
          await direction.send(segment.length, options)
          if (pair.isCut) return
          await deliver(pair, to, segment)
        }
      }
      if (options !== undefined) await setTimeout(options.delayMs)
      if (!pair.isCut) to.end()
    } catch {
      if (!pair.isCut) to.destroy()
    }
  }

  async function deliver(pair: Pair, to: Socket, segment: Buffer): Promise<void> {
    const write = () =>
      to.write(segment) || new Promise<void>((resolve) => to.once('drain', resolve).once('close', resolve))
    if (options === undefined) return void (await write())
    // What is behind it does not wait until it is there.
    void setTimeout(options.delayMs).then(() => pair.isCut || to.write(segment))
  }

  const server = createServer((near) => {
    near.on('error', () => undefined)
    if (performance.now() < goneUntil) {
      near.resetAndDestroy()
      return
    }
    const far = connect(targetPort, '127.0.0.1')
    far.on('error', () => undefined)
    const pair = { near, far, isCut: false }
    pairs.add(pair)
    void carry(pair, near, far, up)
    void carry(pair, far, near, down)
  })
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject)
    server.listen(0, '127.0.0.1', resolve)
  })
  const address = server.address()
  if (address === null || typeof address === 'string') throw new Error('the link has no port')

  return {
    port: address.port,
    get sentBytes() {
      return up.sentBytes
    },
    get cuts() {
      return cuts
    },
    begin(begun) {
      options = begun
    },
    cut(goneMs) {
      cuts += 1
      goneUntil = performance.now() + goneMs
      for (const pair of pairs) {
        if (pair.isCut) continue
        pair.isCut = true
        pair.near.resetAndDestroy()
      }
    },
    close() {
      for (const { near, far } of pairs) for (const socket of [near, far]) socket.destroy()
      return new Promise((resolve) => server.close(() => resolve()))
    },
  }
}

interface Direction {
  readonly sentBytes: number
  /** Resolves when so many bytes have been sent, once more where they were lost. */
  send(bytes: number, options: BadLinkOptions | undefined): Promise<void>
}

function createDirection(): Direction {
  let sentBytes = 0
  /** Until then what was sent before takes the link. */
  let takenUntil = 0

  async function take(bytes: number, { bytesPerSecond }: BadLinkOptions): Promise<void> {
    takenUntil = Math.max(takenUntil, performance.now()) + (bytes / bytesPerSecond) * 1_000
    // Timers are late by a little, and would make it slower than it is.
    if (takenUntil - performance.now() > 2) await setTimeout(takenUntil - performance.now())
  }

  return {
    get sentBytes() {
      return sentBytes
    },
    async send(bytes, options) {
      sentBytes += bytes
      if (options === undefined) return
      await take(bytes, options)
      while (options.random() < options.loss) {
        await setTimeout(options.timeoutMs)
        sentBytes += bytes
        await take(bytes, options)
      }
    },
  }
}
