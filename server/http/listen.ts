import type { Server } from 'node:http'

export interface Listening {
  port: number
  /** Takes nothing new, lets what was begun end, and then closes what is still open. */
  close(): Promise<void>
}

/** A long poll may be held for half a minute: whoever waits on one will ask again, and find another server. */
const FINISH_WITHIN_MS = 1_000
/** Connections that the system takes while we are busy: all of a process come back at once after a cut. Linux has no more by default. */
const BACKLOG = 4_096

/** Throws what the operating system says when it does not let us. */
export async function listen(
  server: Server,
  { port, host }: { port: number; host: string },
  closeSockets: () => void,
): Promise<Listening> {
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject)
    server.listen({ port, host, backlog: BACKLOG }, () => {
      server.off('error', reject)
      resolve()
    })
  })
  const address = server.address()
  return {
    port: address !== null && typeof address === 'object' ? address.port : port,
    close: () =>
      new Promise((resolve) => {
        const timer = setTimeout(() => server.closeAllConnections(), FINISH_WITHIN_MS)
        server.close(() => {
          clearTimeout(timer)
          resolve()
        })
        closeSockets()
        server.closeIdleConnections()
      }),
  }
}
