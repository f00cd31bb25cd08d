import { connect, createServer, type Socket } from 'node:net'

/** A link that breaks whenever so many bytes went up over it, whichever connections it has then. */
export interface CutWire {
  readonly port: number
  /** Bytes that went up so far, headers and all. */
  readonly sentBytes: number
  /** How often it broke. */
  readonly cuts: number
  cutEvery(bytes: number): void
  /** Connects to another port from now on, and breaks what is open. */
  lead(port: number): void
  close(): Promise<void>
}

export async function createCutWire(targetPort: number): Promise<CutWire> {
  const open = new Set<{ near: Socket; far: Socket }>()
  let target = targetPort
  let sentBytes = 0
  let cuts = 0
  let every = Infinity
  let nextCut = Infinity

  /** The device hears that at once; a server of what still came, and then nothing more. */
  function cut(): void {
    cuts += 1
    nextCut = sentBytes + every
    for (const { near, far } of open) {
      near.resetAndDestroy()
      far.end()
    }
    open.clear()
  }

  const server = createServer((near) => {
    const far = connect(target, '127.0.0.1')
    const pair = { near, far }
    open.add(pair)
    near.on('data', (chunk) => {
      const carried = chunk.subarray(0, nextCut - sentBytes)
      sentBytes += carried.length
      if (!far.write(carried)) {
        near.pause()
        far.once('drain', () => near.resume())
      }
      if (sentBytes >= nextCut) cut()
    })
    far.pipe(near)
    near.on('end', () => far.end())
    for (const [socket, other] of [
      [near, far],
      [far, near],
    ] as const) {
      socket.on('error', () => other.destroy())
      socket.on('close', () => {
        open.delete(pair)
        if (socket === far) near.destroy()
      })
    }
  })
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject)
    server.listen(0, '127.0.0.1', resolve)
  })
  const address = server.address()
  if (address === null || typeof address === 'string') throw new Error('the wire has no port')
  return {
    port: address.port,
    get sentBytes() {
      return sentBytes
    },
    get cuts() {
      return cuts
    },
    cutEvery(bytes) {
      every = bytes
      nextCut = sentBytes + bytes
    },
    lead(port) {
      target = port
      cut()
    },
    close() {
      for (const { near, far } of open) for (const socket of [near, far]) socket.destroy()
      return new Promise((resolve) => server.close(() => resolve()))
    },
  }
}
