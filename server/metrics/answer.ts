import { createHash, timingSafeEqual } from 'node:crypto'
import type { Metrics } from './metrics.ts'

export interface MetricsAnswer {
  status: 200 | 401
  headers: Record<string, string>
  body: string
}

/** Answers whoever asks for the metrics, by what they say in `Authorization` (RFC 6750). Without a token everybody is told. */
export type AnswerMetrics = (authorization: string | undefined) => Promise<MetricsAnswer>

export function createAnswerMetrics(
  metrics: Pick<Metrics, 'contentType' | 'write'>,
  token: string | undefined,
): AnswerMetrics {
  return async (authorization) => {
    if (token !== undefined && !isSame(authorization ?? '', token)) {
      const headers = { 'www-authenticate': 'Bearer', 'content-type': 'text/plain' }
      return { status: 401, headers, body: 'Send METRICS_TOKEN as "Authorization: Bearer …".\n' }
    }
    return {
      status: 200,
      headers: { 'content-type': metrics.contentType, 'cache-control': 'no-store' },
      body: await metrics.write(),
    }
  }
}

/** How long it takes tells nothing: hashes are as long as each other. */
function isSame(authorization: string, token: string): boolean {
  const [, said = ''] = /^bearer +(\S+) *$/i.exec(authorization) ?? []
  const hash = (text: string) => createHash('sha256').update(text).digest()
  return timingSafeEqual(hash(said), hash(token))
}
