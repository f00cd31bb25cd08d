import { createServer, type Server } from 'node:http'
import type { Challenges } from './challenges.ts'

/** A browser says what it wants at once. */
const WITHIN_MS = 10_000

/** What answers plain http: the authority's questions, and for everybody else the way to https. It listens to nothing yet. */
export function createPlainServer(challenges: Challenges, origin: string): Server {
  const limits = { requestTimeout: WITHIN_MS, headersTimeout: WITHIN_MS, keepAliveTimeout: 1_000 }
  return createServer(limits, ({ method, url = '/' }, response) => {
    const answer = challenges.find(url)
    if (answer !== undefined) {
      response.writeHead(200, { 'content-type': 'text/plain' }).end(answer)
      return
    }
    // To the own name, whatever the request says that it was.
    const location = new URL(url.startsWith('/') ? url.replace(/^\/{2,}/, '/') : '/', origin).href
    response.writeHead(method === 'GET' || method === 'HEAD' ? 301 : 308, { location }).end()
  })
}
