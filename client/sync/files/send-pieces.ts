import { DetailedError, Upload, type HttpRequest, type HttpResponse, type HttpStack } from 'tus-js-client'
import type { Clock } from '../../../shared/clock.ts'
import { ACCOUNT_HEADER } from '../../../shared/protocol/http.ts'
import { PROTOCOL_HEADER, PROTOCOL_VERSION } from '../../../shared/protocol/version.ts'
import type { Fetch } from '../request.ts'
import type { PieceSize } from './piece-size.ts'

/*
 * The bytes of an announced file, with tus-js-client (tus 1.0.0): asks how far the server has come, and goes on from there,
 * a piece at a time. It ends with the first thing that goes wrong; when to go on is the uploader's matter.
 */

export type Sent =
  | { kind: 'done' }
  /** The server does not know it: it forgot it, or was put back. */
  | { kind: 'unknown' }
  /** Another tab or process is at it, or was a moment ago. */
  | { kind: 'busy' }
  | { kind: 'signed-out' }
  /** The server has no room. */
  | { kind: 'full' }
  | { kind: 'stopped' }
  | { kind: 'unreachable' }

export interface SendOptions {
  fetch: Fetch
  account: string
  id: string
  content: Blob
  pieceSize: PieceSize
  clock: Clock
  /** So many bytes are on the server. */
  onSent(bytes: number): void
  signal: AbortSignal
}

const PIECE_TIMEOUT_MS = 40_000

export function sendPieces(options: SendOptions): Promise<Sent> {
  const { account, id, content, pieceSize, clock, onSent, signal } = options
  return new Promise((resolve) => {
    if (signal.aborted) return resolve({ kind: 'stopped' })
    let began = clock.now()
    const end = (sent: Sent) => {
      signal.removeEventListener('abort', stop)
      resolve(sent)
    }
    const stop = () => {
      void upload.abort()
      end({ kind: 'stopped' })
    }
    const lose = () => {
      pieceSize.onLost()
      end({ kind: 'unreachable' })
    }
    const upload = new Upload(content, {
      uploadUrl: `/api/uploads/${id}`,
      headers: { [ACCOUNT_HEADER]: account, [PROTOCOL_HEADER]: String(PROTOCOL_VERSION) },
      httpStack: createFetchStack(options),
      fileReader: { openFile: async (input) => toSource(input) },
      fingerprint: () => Promise.resolve(''),
      storeFingerprintForResuming: false,
      retryDelays: null,
      chunkSize: pieceSize.bytes,
      onBeforeRequest: () => {
        began = clock.now()
      },
      onChunkComplete(bytes, accepted) {
        // Whoever answers that nothing of it came would be asked again at once, for ever.
        if (bytes <= 0) {
          void upload.abort()
          return lose()
        }
        pieceSize.onCarried(bytes, clock.now() - began)
        upload.options.chunkSize = pieceSize.bytes
        onSent(accepted)
      },
      onSuccess: () => end({ kind: 'done' }),
      onError(error) {
        const sent = toSent(error)
        if (sent.kind === 'unreachable') lose()
        else end(sent)
      },
    })
    signal.addEventListener('abort', stop)
    upload.start()
  })
}

function toSent(error: Error): Sent {
  const response = error instanceof DetailedError ? error.originalResponse : null
  // Only our own server's word counts.
  if (response === null || response.getHeader(PROTOCOL_HEADER) === undefined) return { kind: 'unreachable' }
  switch (response.getStatus()) {
    case 401:
      return { kind: 'signed-out' }
    case 404:
    case 410:
      return { kind: 'unknown' }
    case 409:
    case 423:
      return { kind: 'busy' }
    case 507:
      return { kind: 'full' }
    default:
      return { kind: 'unreachable' }
  }
}

function toSource(input: unknown) {
  const content = input as Blob
  return {
    size: content.size,
    slice: async (start: number, end: number) => ({ value: content.slice(start, end), done: end >= content.size }),
    close: () => undefined,
  }
}

/** Over `fetch`, which a service worker has too, and which follows no redirect to a stranger. */
function createFetchStack(options: Wire): HttpStack {
  return { createRequest: (method, url) => createRequest(options, method, url), getName: () => 'fetch' }
}

type Wire = Pick<SendOptions, 'fetch' | 'clock' | 'signal' | 'onSent'>

function createRequest({ fetch, clock, signal: over, onSent }: Wire, method: string, url: string): HttpRequest {
  const headers: Record<string, string> = {}
  const controller = new AbortController()
  return {
    getMethod: () => method,
    getURL: () => url,
    setHeader: (name, value) => (headers[name] = value),
    getHeader: (name) => headers[name],
    setProgressHandler: () => undefined,
    async send(body: unknown) {
      // Before its first request tus-js-client forgets that it was called off.
      over.throwIfAborted()
      const { signal } = controller
      const init: RequestInit = { method, headers, signal, redirect: 'manual', cache: 'no-store' }
      const cancelTimeout = clock.after(PIECE_TIMEOUT_MS, () => controller.abort())
      try {
        const response = await fetch(url, body instanceof Blob ? { ...init, body } : init)
        const answer = toResponse(response, await response.text())
        // What arrived of a piece that was cut is known only now.
        if (method === 'HEAD' && response.ok) noteOffset(answer, onSent)
        return answer
      } finally {
        cancelTimeout()
      }
    },
    abort: async () => controller.abort(),
    getUnderlyingObject: () => undefined,
  }
}

function noteOffset(response: HttpResponse, onSent: (bytes: number) => void): void {
  const offset = Number.parseInt(response.getHeader('upload-offset') ?? '', 10)
  if (offset >= 0) onSent(offset)
}

function toResponse(response: Response, body: string): HttpResponse {
  return {
    getStatus: () => response.status,
    getHeader: (name) => response.headers.get(name) ?? undefined,
    getBody: () => body,
    getUnderlyingObject: () => response,
  }
}
