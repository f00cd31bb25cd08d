import { createServer, request as sendRequest, type IncomingMessage } from 'node:http'
import { connect, type AddressInfo } from 'node:net'
import type { Duplex } from 'node:stream'

/** A proxy that understands HTTP: it counts the WebSockets that pass through it, and can let none pass. */
export interface Relay {
  readonly port: number
  /** WebSockets that are open now, by the address of the device's page. */
  openSockets(): number
  /** The most that were ever open at one time. */
  mostSockets(): number
  /** Requests whose path it matches break off, as on a network that comes and goes; null lets everything through. */
  breakOff(path: RegExp | null): void
  /** How many requests broke off so far. */
  brokenOff(): number
  /** Requests whose path it matches are answered with a page of its own, as by a Wi-Fi that wants a sign-in. */
  takeOver(path: RegExp | null): void
  /** How many requests it answered itself so far. */
  takenOver(): number
  /** From now on upgrades are refused, as in networks whose proxies know no WebSocket. */
  blockSockets(): void
  close(): Promise<void>
}

export async function createRelay(target: number): Promise<Relay> {
  const open = new Set<Duplex>()
  let most = 0
  let blocked = false
  let broken: RegExp | null = null
  let breaks = 0
  let taken: RegExp | null = null
  let takings = 0

  const server = createServer((request, response) => {
    const { method, url: path = '/', headers } = request
    if (broken?.test(path) === true) {
      breaks += 1
      request.socket.destroy()
      return
    }
    if (taken?.test(path) === true) {
      takings += 1
      response.writeHead(200, { 'content-type': 'text/html' }).end('<h1>Welcome to Campus Guest</h1>')
      return
    }
    const onward = sendRequest({ host: '127.0.0.1', port: target, method, path, headers }, (answer) => {
      response.writeHead(answer.statusCode ?? 502, answer.headers)
      answer.pipe(response)
    })
    onward.on('error', () => response.destroy())
    response.on('close', () => onward.destroy())
    request.pipe(onward)
  })
  server.on('upgrade', (request: IncomingMessage, near: Duplex, head: Buffer) => {
    if (blocked) {
      near.end('HTTP/1.1 400 Bad Request\r\nConnection: close\r\nContent-Length: 0\r\n\r\n')
      return
    }
    const far = connect(target, '127.0.0.1')
    open.add(near)
    most = Math.max(most, open.size)
    far.write(toHead(request))
    far.write(head)
    near.pipe(far)
    far.pipe(near)
    for (const [socket, other] of [
      [near, far],
      [far, near],
    ] as const) {
      socket.on('error', () => other.destroy())
      socket.on('close', () => {
        open.delete(near)
        other.destroy()
      })
    }
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  return {
    port: (server.address() as AddressInfo).port,
    openSockets: () => open.size,
    mostSockets: () => most,
    breakOff(path) {
      broken = path
    },
    brokenOff: () => breaks,
    takeOver(path) {
      taken = path
    },
    takenOver: () => takings,
    blockSockets() {
      blocked = true
      for (const socket of open) socket.destroy()
    },
    close() {
      for (const socket of open) socket.destroy()
      server.closeAllConnections()
      return new Promise((resolve) => server.close(() => resolve()))
    },
  }
}

function toHead({ method, url, rawHeaders }: IncomingMessage): string {
  const lines = [`${method ?? 'GET'} ${url ?? '/'} HTTP/1.1`]
  for (let index = 0; index < rawHeaders.length; index += 2)
    lines.push(`${rawHeaders[index]}: ${rawHeaders[index + 1]}`)
  return `${lines.join('\r\n')}\r\n\r\n`
}
