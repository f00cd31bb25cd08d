import { getRequestListener } from '@hono/node-server'
import { createServer, type RequestListener, type Server, type ServerOptions, type ServerResponse } from 'node:http'
import { createServer as createSecureServer, type Server as SecureServer } from 'node:https'
import type { Duplex } from 'node:stream'
import type { ErrorCode } from '../../shared/protocol/errors.ts'
import { type ArrivalLimits, isPieceOfUpload, watchArrival } from './arrival.ts'
import { toBytes, toResponse } from './bare-answer.ts'

/** A browser sends its headers at once. */
const HEADERS_WITHIN_MS = 10_000
/** Our clients wait 20 s for an answer: whoever takes longer to ask gets none. */
const ARRIVAL: ArrivalLimits = { withinMs: 25_000, uploadBytesMin: 1_024 }
/** A connection on which nothing moves, in neither direction, ends: a long poll is answered sooner, a socket pings sooner. */
const STILL_MS = 60_000
const LOOK_EVERY_MS = 1_000

/** What the parser of Node refuses, by its code, and the status that it has in HTTP. */
const STATUSES: Readonly<Record<string, 408 | 413 | 431>> = {
  ERR_HTTP_REQUEST_TIMEOUT: 408, // of headers
  HPE_CHUNK_EXTENSIONS_OVERFLOW: 413,
  HPE_HEADER_OVERFLOW: 431,
}

interface App {
  fetch: Parameters<typeof getRequestListener>[0]
}
interface Limits {
  arrival?: ArrivalLimits
  stillMs?: number
}

/** An HTTP server over an app. It listens to nothing yet. A request that does not come to its end in time is ended. */
export function createHttpServer(app: App, limits: Limits = {}): Server {
  return build(app, limits, createServer)
}

/** A browser that was here asks over nothing but HTTPS for a year (RFC 6797). */
const STRICT_TRANSPORT = 'max-age=31536000'

/** The same over TLS. It has no certificate yet: hand it one with `setSecureContext`, before it listens and whenever there is a new one. */
export function createHttpsServer(app: App, limits: Limits = {}): SecureServer {
  return build(app, limits, (options, onRequest) =>
    createSecureServer(options, (request, response) => {
      response.setHeader('strict-transport-security', STRICT_TRANSPORT)
      onRequest(request, response)
    }),
  )
}

function build<Made extends Server>(
  app: App,
  { arrival = ARRIVAL, stillMs = STILL_MS }: Limits,
  create: (options: ServerOptions, onRequest: RequestListener) => Made,
): Made {
  const onRequest = getRequestListener(app.fetch, {
    // An address or a host that is none; what a route throws the app answers itself.
    errorHandler: () => toResponse('bad_request'),
  })
  const answering = new WeakMap<Duplex, ServerResponse>()
  const server = create(
    {
      headersTimeout: HEADERS_WITHIN_MS,
      // Node's own is the same for all requests.
      requestTimeout: 0,
      connectionsCheckingInterval: LOOK_EVERY_MS,
      // Else Node answers one without in its own words.
      requireHostHeader: false,
    },
    (request, response) => {
      answering.set(request.socket, response)
      watchArrival(request, response, arrival, () => {
        // What has arrived of a piece is kept, and no answer of ours makes anybody give up its rest.
        if (isPieceOfUpload(request)) request.socket.destroy()
        else end(request.socket, 'bad_request', 408)
      })
      void onRequest(request, response)
    },
  )
  /** Answers in our own words, where nothing was answered yet. */
  function end(connection: Duplex, code: ErrorCode, status: number): void {
    const hasBegun = answering.get(connection)?.headersSent === true && !answering.get(connection)?.writableFinished
    if (connection.writable && !hasBegun) connection.end(toBytes(code, status))
    else connection.destroy()
  }
  server.setTimeout(stillMs)
  server.on('checkExpectation', ({ socket }) => socket.end(toBytes('bad_request', 417)))
  server.on('clientError', (error: NodeJS.ErrnoException, connection) => {
    if (error.code === 'ECONNRESET') {
      connection.destroy()
      return
    }
    const status = STATUSES[error.code ?? ''] ?? 400
    end(connection, status === 413 ? 'too_large' : 'bad_request', status)
  })
  return server
}
