import { connect, createServer, type Socket } from 'node:net'

/** A wire that tests cut: passes TCP connections on to a port of this machine. */
export interface Proxy {
  readonly port: number
  /** Destroys every open connection, and each new one on arrival. */
  cut(): void
  restore(): void
  /** Sends new connections to another port; those that are open stay. */
  retarget(port: number): void
  close(): Promise<void>
}

export async function createProxy(targetPort: number): Promise<Proxy> {
  const open = new Set<Socket>()
  let target = targetPort
  let isCut = false

  const server = createServer((near) => {
    if (isCut) {
      near.resetAndDestroy()
      return
    }
    const far = connect(target, '127.0.0.1')
    for (const [socket, other] of [
      [near, far],
      [far, near],
    ] as const) {
      open.add(socket)
      socket.on('error', () => other.destroy())
      socket.on('close', () => {
        open.delete(socket)
        other.destroy()
      })
      socket.pipe(other)
    }
  })
  const destroyOpen = () => {
    for (const socket of open) socket.resetAndDestroy()
  }
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject)
    server.listen(0, '127.0.0.1', resolve)
  })
  const address = server.address()
  if (address === null || typeof address === 'string') throw new Error('the proxy has no port')

  return {
    port: address.port,
    cut() {
      isCut = true
      destroyOpen()
    },
    restore() {
      isCut = false
    },
    retarget(port) {
      target = port
    },
    close() {
      destroyOpen()
      return new Promise((resolve) => server.close(() => resolve()))
    },
  }
}
