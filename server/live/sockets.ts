import type { IncomingHttpHeaders, Server } from 'node:http'
import type { Duplex } from 'node:stream'
import { type WebSocket, WebSocketServer } from 'ws'
import type { Clock } from '../../shared/clock.ts'
import { CLOSE } from '../../shared/protocol/errors.ts'
import { FRAME_BYTES_MAX } from '../../shared/protocol/limits.ts'
import type { Connection, Socket } from './connection.ts'
import { isJson } from './frames.ts'
import { createOutbound, createOutgoing } from './outbound.ts'
import { toWebSocketFrame } from './web-socket-frame.ts'

const CLOSE_WITHIN_MS = 1_000

/** Who may open a socket at a path, and what becomes of it. */
export interface SocketDoor {
  /** Undefined when the path is none of this door's. Whatever stands in it is a stranger's. */
  find(path: string): ((headers: IncomingHttpHeaders) => Promise<Admission>) | undefined
}

/** A connection for whoever is let in; otherwise the close code that says why not. */
export type Admission = { connect(socket: Socket): Connection } | { code: number; reason: string }

/**
 * Takes WebSockets on the HTTP server. A foreign page and a visitor who may not be here are answered so
 * by a close code, because a browser hides the status of a refused upgrade from the page. Returns the
 * function that closes them all with 1001.
 */
export function attachSockets(
  server: Server,
  options: {
    doors: readonly SocketDoor[]
    clock: Clock
    isOwnOrigin: (headers: IncomingHttpHeaders) => boolean
    /** What is answered where no door is, in the bytes of HTTP. */
    notFound: string
    onError: (error: unknown) => void
  },
): () => void {
  // What does not fit closes with 1009, what is not UTF-8 with 1007: ws does both itself.
  const sockets = new WebSocketServer({ noServer: true, maxPayload: FRAME_BYTES_MAX, perMessageDeflate: false })

  const outbound = createOutbound()

  server.on('upgrade', (request, stream: Duplex, head) => {
    destroyOnError(stream)
    const path = request.url?.split('?')[0] ?? ''
    const admit = options.doors.map((door) => door.find(path)).find((found) => found !== undefined)
    if (admit === undefined) {
      stream.end(options.notFound)
      return
    }
    sockets.handleUpgrade(request, stream, head, (socket) => {
      terminateOnError(socket)
      if (!options.isOwnOrigin(request.headers)) return socket.close(CLOSE.foreignOrigin, 'foreign origin')
      // What arrives before it is known who this is waits.
      socket.pause()
      admit(request.headers).then(
        (admission) => {
          socket.resume()
          if ('code' in admission) socket.close(admission.code, admission.reason)
          else connect(socket, stream, admission)
        },
        (error: unknown) => {
          options.onError(error)
          socket.resume()
          socket.close(CLOSE.tryAgainLater, 'the store is away')
        },
      )
    })
  })

  function connect(socket: WebSocket, stream: Duplex, admission: Extract<Admission, { connect: unknown }>): void {
    const outgoing = createOutgoing(socket, stream)
    const connection = admission.connect({
      send(frame, isAnswer = false) {
        outbound.add(outgoing, toWebSocketFrame(frame, isJson(frame) ? 'text' : 'binary'), isAnswer)
      },
      close(code, reason) {
        outbound.write(outgoing)
        socket.close(code, reason)
      },
      bufferedBytes: () => stream.writableLength + outgoing.bytes,
    })
    socket.on('message', (content: Buffer, isBinary) => connection.onMessage(isBinary ? content : content.toString()))
    socket.on('close', () => connection.onClosed())
    // It may have closed while it was looked up who this is.
    if (socket.readyState === socket.CLOSED) connection.onClosed()
  }

  return () => {
    outbound.writeAll()
    for (const socket of sockets.clients) socket.close(CLOSE.goingAway, 'the server is going away')
    // Whoever does not answer is not waited for.
    options.clock.after(CLOSE_WITHIN_MS, () => sockets.clients.forEach((socket) => socket.terminate()))
  }
}

/*
 * Apart from where a socket is taken in: a listener made there would hold for as long as the socket lives what only letting it
 * in needs, the request with all its headers.
 */
function destroyOnError(stream: Duplex): void {
  stream.on('error', () => stream.destroy())
}
function terminateOnError(socket: WebSocket): void {
  socket.on('error', () => socket.terminate())
}
