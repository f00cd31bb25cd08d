import { type IncomingHttpHeaders, request as requestHttp } from 'node:http'
import { request as requestHttps } from 'node:https'

export interface AskedAnswer {
  status: number
  headers: IncomingHttpHeaders
  body: string
}

/** Sends a GET and resolves with what was answered, redirects as they are. Throws when nothing is, within some seconds. */
export type Ask = (url: URL, headers?: Readonly<Record<string, string>>) => Promise<AskedAnswer>

const WITHIN_MS = 5_000
/** Of what is longer only the beginning is read. */
const BODY_MAX = 64 * 1024

/** `ca`: certificates of authorities that are trusted besides, as PEM. */
export function createAsk(ca?: string): Ask {
  return (url, headers = {}) =>
    new Promise((resolve, reject) => {
      const options = {
        headers,
        agent: false as const,
        signal: AbortSignal.timeout(WITHIN_MS),
        ...(ca !== undefined && { ca }),
      }
      const request = (url.protocol === 'https:' ? requestHttps : requestHttp)(url, options, (response) => {
        let body = ''
        response.setEncoding('utf8')
        response.on('data', (part: string) => {
          if (body.length < BODY_MAX) body += part
        })
        response.on('end', () => resolve({ status: response.statusCode ?? 0, headers: response.headers, body }))
        response.on('error', reject)
      })
      request.on('error', reject)
      request.end()
    })
}
