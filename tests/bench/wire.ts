import { connect, createServer, type Socket } from 'node:net'

/** A wire that counts what goes over it in both directions, and can be as slow and as broken as a network is. */
export interface Wire {
  readonly port: number
  /** Without what TCP itself adds. */
  readonly bytes: number
  /** How often something went over it after it was quiet: so often a radio woke up. */
  readonly wakeUps: number
  /** From now on each piece takes so long, and none overtakes another one. */
  delay(toMs: () => number): void
  /** Breaks all that is open; for a while nothing gets through. */
  cut(goneMs: number): void
  close(): Promise<void>
}

/** What follows within that time finds the radio awake. */
const AWAKE_MS = 1_000

export async function createWire(targetPort: number): Promise<Wire> {
  const open = new Set<Socket>()
  let toDelay = () => 0
  let goneUntil = 0
  let bytes = 0
  let wakeUps = 0
  let lastAt = -Infinity

  function count(piece: Buffer): void {
    const at = performance.now()
    if (at - lastAt > AWAKE_MS) wakeUps += 1
    lastAt = at
    bytes += piece.length
  }

  function carry(from: Socket, to: Socket): void {
    let before = 0
    open.add(from)
    const after = (work: () => void) => {
      before = Math.max(before, performance.now() + toDelay())
      setTimeout(() => to.destroyed || work(), before - performance.now())
    }
    from.on('data', (piece) => {
      count(piece)
      after(() => to.write(piece))
    })
    from.on('end', () => after(() => to.end()))
    from.on('error', () => to.destroy())
    from.on('close', () => {
      open.delete(from)
      if (!from.readableEnded) to.destroy()
    })
  }

  const server = createServer((near) => {
    if (performance.now() < goneUntil) {
      near.on('error', () => undefined)
      near.resetAndDestroy()
      return
    }
    const far = connect(targetPort, '127.0.0.1')
    carry(near, far)
    carry(far, near)
  })
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject)
    server.listen(0, '127.0.0.1', resolve)
  })
  const address = server.address()
  if (address === null || typeof address === 'string') throw new Error('the wire has no port')
  const breakAll = () => {
    for (const socket of open) socket.resetAndDestroy()
  }
  return {
    port: address.port,
    get bytes() {
      return bytes
    },
    get wakeUps() {
      return wakeUps
    },
    delay(toMs) {
      toDelay = toMs
    },
    cut(goneMs) {
      goneUntil = performance.now() + goneMs
      breakAll()
    },
    close() {
      breakAll()
      return new Promise((resolve) => server.close(() => resolve()))
    },
  }
}
