import {
  createServer,
  request as sendRequest,
  type ClientRequest,
  type IncomingMessage,
  type ServerResponse,
} from 'node:http'
import { connect, type AddressInfo } from 'node:net'
import type { Duplex } from 'node:stream'
import { setTimeout } from 'node:timers/promises'

/** A proxy that understands HTTP: it counts the WebSockets that pass through it, and can let none pass; so it does with uploads. */
export interface Relay {
  readonly port: number
  /** Requests and WebSockets that went through so far. */
  passed(): number
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
  /** Uploads break off each time that so many bytes of them went through since the last time, and none goes for a moment. */
  cutUploads(everyBytes: number | null): void
  /** So many bytes of all uploads go through in a second. */
  slowUploads(bytesPerSecond: number | null): void
  /** What of uploads went through so far, and how many of them are going through just now. */
  uploaded(): { bytes: number; requests: number; open: number }
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
  let passed = 0
  const uploads = createUploadWire()

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
    passed += 1
    // Over a connection of its own: one that was kept may be closed by the server in the very moment in which it is used.
    const to = { host: '127.0.0.1', port: target, agent: false }
    const onward = sendRequest({ ...to, method, path, headers }, (answer) => {
      response.writeHead(answer.statusCode ?? 502, answer.headers)
      answer.pipe(response)
    })
    onward.on('error', () => response.destroy())
    response.on('close', () => onward.destroy())
    if (method === 'PATCH') uploads.carry(request, onward, response)
    else request.pipe(onward)
  })
  server.on('upgrade', (request: IncomingMessage, near: Duplex, head: Buffer) => {
    if (blocked) {
      near.end('HTTP/1.1 400 Bad Request\r\nConnection: close\r\nContent-Length: 0\r\n\r\n')
      return
    }
    passed += 1
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
    passed: () => passed,
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
    ...uploads.controls,
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

/** A network that goes is not there again at once: a browser tries by itself once more. */
const GONE_MS = 300

/** The bytes of uploads, which tus sends with PATCH. */
function createUploadWire() {
  let cutEvery: number | null = null
  let perSecond: number | null = null
  let sinceCut = 0
  let bytes = 0
  let requests = 0
  let open = 0
  /** Until then the wire is taken, or gone. */
  let takenUntil = 0
  let goneUntil = 0

  async function carry(request: IncomingMessage, onward: ClientRequest, response: ServerResponse): Promise<void> {
    if (performance.now() < goneUntil) {
      request.socket.destroy()
      onward.destroy()
      return
    }
    requests += 1
    open += 1
    request.on('error', () => onward.destroy())
    response.once('close', () => {
      open -= 1
      // Node ends by itself only what was not answered yet: what is answered early would be waited for, whoever has left.
      if (!request.complete) request.destroy()
    })
    try {
      for await (const piece of request as AsyncIterable<Buffer>) {
        await take(piece.length)
        if (onward.destroyed) return
        const left = cutEvery === null ? piece.length : cutEvery - sinceCut
        const through = piece.subarray(0, left)
        bytes += through.length
        sinceCut += through.length
        await new Promise<void>((resolve) => onward.write(through, () => resolve()))
        if (cutEvery === null || sinceCut < cutEvery) continue
        sinceCut = 0
        goneUntil = performance.now() + GONE_MS
        request.socket.destroy()
        onward.destroy()
        return
      }
      onward.end()
    } catch {
      onward.destroy()
    }
  }

  async function take(length: number): Promise<void> {
    if (perSecond === null) return
    takenUntil = Math.max(takenUntil, performance.now()) + (length / perSecond) * 1_000
    await setTimeout(takenUntil - performance.now())
  }

  return {
    carry: (...going: Parameters<typeof carry>) => void carry(...going),
    controls: {
      cutUploads(everyBytes: number | null) {
        cutEvery = everyBytes
        sinceCut = 0
      },
      slowUploads(bytesPerSecond: number | null) {
        perSecond = bytesPerSecond
      },
      uploaded: () => ({ bytes, requests, open }),
    },
  }
}

function toHead({ method, url, rawHeaders }: IncomingMessage): string {
  const lines = [`${method ?? 'GET'} ${url ?? '/'} HTTP/1.1`]
  for (let index = 0; index < rawHeaders.length; index += 2)
    lines.push(`${rawHeaders[index]}: ${rawHeaders[index + 1]}`)
  return `${lines.join('\r\n')}\r\n\r\n`
}
