import type { IncomingMessage, ServerResponse } from 'node:http'

/** How long a request may take to arrive, and how much of an upload has to within the same time. */
export interface ArrivalLimits {
  withinMs: number
  uploadBytesMin: number
}

/**
 * Calls back when a request does not come to its end in time. An upload may take as long as it wants, as long as it moves:
 * on a bad network a piece of it takes minutes.
 */
export function watchArrival(
  request: IncomingMessage,
  response: ServerResponse,
  { withinMs, uploadBytesMin }: ArrivalLimits,
  onLate: () => void,
): void {
  let before = request.socket.bytesRead
  let timer = setTimeout(look, withinMs)
  function look(): void {
    if (request.complete) return
    const { bytesRead } = request.socket
    if (!isPieceOfUpload(request) || bytesRead - before < uploadBytesMin) return onLate()
    before = bytesRead
    timer = setTimeout(look, withinMs)
  }
  response.once('close', () => clearTimeout(timer))
}

export function isPieceOfUpload({ method, url }: IncomingMessage): boolean {
  return method === 'PATCH' && url !== undefined && /^\/(?:api|q\/api\/[^/]+)\/uploads\/[^/]+$/.test(url)
}
