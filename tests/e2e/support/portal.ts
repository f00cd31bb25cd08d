import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'

/** How a Wi-Fi that wants a sign-in answers in the server's place. */
export type PortalKind = 'page' | 'redirect'

export interface Portal {
  readonly port: number
  close(): Promise<void>
}

/** Answers every request, WebSockets too, with its own page or the way to it. */
export async function openPortal(kind: PortalKind): Promise<Portal> {
  const server = createServer((_, response) => {
    if (kind === 'redirect') response.writeHead(302, { location: 'http://portal.invalid/welcome' }).end()
    else response.writeHead(200, { 'content-type': 'text/html' }).end('<h1>Welcome to Campus Guest</h1>')
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  return {
    port: (server.address() as AddressInfo).port,
    close() {
      server.closeAllConnections()
      return new Promise((resolve) => server.close(() => resolve()))
    },
  }
}
