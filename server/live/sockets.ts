import type { IncomingHttpHeaders, Server } from 'node:http'
import type { Duplex } from 'node:stream'
import { type WebSocket, WebSocketServer } from 'ws'
import { repeat, type Clock } from '../../shared/clock.ts'
import { CLOSE } from '../../shared/protocol/errors.ts'
import { FRAME_BYTES_MAX, HEARTBEAT_MS } from '../../shared/protocol/limits.ts'
import type { ClassroomSockets } from './classroom-sockets.ts'
import { createConnection, type ConnectionOptions } from './connection.ts'
import type { Hub } from './hub.ts'

const SOCKET_PATH = '/api/socket'
const CLOSE_WITHIN_MS = 1_000

export interface SocketsOptions extends Pick<ConnectionOptions, 'submit' | 'onAcknowledged' | 'onError'> {
  hub: Hub
  /** They have paths of their own, and share nothing with these sockets but the server. */
  classrooms: Pick<ClassroomSockets, 'find'>
  clock: Clock
  findSession: (cookieHeader: string | undefined) => Promise<{ sessionId: string; userId: string } | undefined>
  isOwnOrigin: (headers: IncomingHttpHeaders) => boolean
  /** Which of these sessions are still there. */
  listAlive: (sessionIds: readonly string[]) => Promise<ReadonlySet<string>>
}

/**
 * Takes WebSockets on the HTTP server. A foreign page and a visitor without a session are told so
 * by a close code, because a browser hides the status of a refused upgrade from the page. Returns the
 * function that closes them all with 1001.
 */
export function attachSockets(server: Server, options: SocketsOptions): () => void {
  // What does not fit closes with 1009, what is not UTF-8 with 1007: ws does both itself.
  const sockets = new WebSocketServer({ noServer: true, maxPayload: FRAME_BYTES_MAX, perMessageDeflate: false })

  server.on('upgrade', (request, stream: Duplex, head) => {
    stream.on('error', () => stream.destroy())
    // Whatever stands here is a stranger's: it is compared, never parsed.
    const path = request.url?.split('?')[0] ?? ''
    const openInClassroom = options.classrooms.find(path)
    if (path !== SOCKET_PATH && openInClassroom === undefined) {
      stream.end('HTTP/1.1 404 Not Found\r\nConnection: close\r\n\r\n')
      return
    }
    sockets.handleUpgrade(request, stream, head, (socket) => {
      socket.on('error', () => socket.terminate())
      if (!options.isOwnOrigin(request.headers)) return socket.close(CLOSE.foreignOrigin, 'foreign origin')
      if (openInClassroom !== undefined) return openInClassroom(socket, request.headers)
      // What arrives before the session is known waits.
      socket.pause()
      options.findSession(request.headers.cookie).then(
        (session) => {
          socket.resume()
          if (session === undefined) socket.close(CLOSE.notSignedIn, 'not signed in')
          else connect(socket, session)
        },
        (error: unknown) => {
          options.onError(error)
          socket.resume()
          socket.close(CLOSE.tryAgainLater, 'the store is away')
        },
      )
    })
  })

  function connect(socket: WebSocket, session: { sessionId: string; userId: string }): void {
    const connection = createConnection({
      ...session,
      ...options,
      socket: {
        send: (frame) => socket.send(frame, { binary: false }),
        close: (code, reason) => socket.close(code, reason),
        bufferedBytes: () => socket.bufferedAmount,
      },
    })
    socket.on('message', (content: Buffer, isBinary) => connection.onMessage(isBinary ? '' : content.toString()))
    socket.on('close', () => connection.onClosed())
  }

  // The bus says at once when a session ends; should its word be lost, this finds out.
  const stopChecking = repeat(options.clock, HEARTBEAT_MS, async () => {
    const open = options.hub.listSessions()
    if (open.length === 0) return
    try {
      const alive = await options.listAlive(open)
      options.hub.sessionsEnded(open.filter((sessionId) => !alive.has(sessionId)))
    } catch (error) {
      options.onError(error)
    }
  })

  return () => {
    stopChecking()
    for (const socket of sockets.clients) socket.close(CLOSE.goingAway, 'the server is going away')
    // Whoever does not answer is not waited for.
    options.clock.after(CLOSE_WITHIN_MS, () => sockets.clients.forEach((socket) => socket.terminate()))
  }
}
