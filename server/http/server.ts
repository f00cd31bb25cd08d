import { getRequestListener } from '@hono/node-server'
import { createServer, type Server, type ServerResponse } from 'node:http'
import type { Duplex } from 'node:stream'
import { toBytes, toResponse } from './bare-answer.ts'

/** A browser sends its headers at once. */
const HEADERS_WITHIN_MS = 10_000
/** Our clients wait 20 s for an answer: whoever takes longer to ask gets none. */
const REQUEST_WITHIN_MS = 25_000
const LOOK_EVERY_MS = 1_000

/** What the parser of Node refuses, by its code, and the status that it has in HTTP. */
const STATUSES: Readonly<Record<string, 408 | 413 | 431>> = {
  ERR_HTTP_REQUEST_TIMEOUT: 408,
  HPE_CHUNK_EXTENSIONS_OVERFLOW: 413,
  HPE_HEADER_OVERFLOW: 431,
}

/** An HTTP server over an app. It listens to nothing yet. A request that does not come to its end in time is ended. */
export function createHttpServer(app: { fetch: Parameters<typeof getRequestListener>[0] }): Server {
  const onRequest = getRequestListener(app.fetch, {
    // An address or a host that is none; what a route throws the app answers itself.
    errorHandler: () => toResponse('bad_request'),
  })
  const answering = new WeakMap<Duplex, ServerResponse>()
  const server = createServer(
    {
      headersTimeout: HEADERS_WITHIN_MS,
      requestTimeout: REQUEST_WITHIN_MS,
      connectionsCheckingInterval: LOOK_EVERY_MS,
      // Else Node answers one without in its own words.
      requireHostHeader: false,
    },
    (request, response) => {
      answering.set(request.socket, response)
      void onRequest(request, response)
    },
  )
  server.on('checkExpectation', ({ socket }) => socket.end(toBytes('bad_request', 417)))
  server.on('clientError', (error: NodeJS.ErrnoException, connection) => {
    const hasBegun = answering.get(connection)?.headersSent === true && !answering.get(connection)?.writableFinished
    if (error.code === 'ECONNRESET' || !connection.writable || hasBegun) {
      connection.destroy()
      return
    }
    const status = STATUSES[error.code ?? ''] ?? 400
    connection.end(toBytes(status === 413 ? 'too_large' : 'bad_request', status))
  })
  return server
}
