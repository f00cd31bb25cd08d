import { once } from 'node:events'
import { Agent, type IncomingMessage, request } from 'node:http'
import { brotliDecompressSync, gunzipSync } from 'node:zlib'
import { PACKED_PAGE_TYPE, unpackPage } from '../../shared/protocol/packed/page.ts'
import { PROTOCOL_HEADER, PROTOCOL_VERSION } from '../../shared/protocol/version.ts'

export interface Answer {
  status: number
  /** What came over the wire: compressed, as browsers ask for it. */
  bytes: number
  content: unknown
}

export interface HttpClient {
  ask(path: string, options?: { method?: string; body?: unknown; headers?: Record<string, string> }): Promise<Answer>
  close(): void
}

/** Asks as the app in a browser does, over connections that stay. */
export function createHttpClient(port: number, cookie: string): HttpClient {
  const agent = new Agent({ keepAlive: true })
  return {
    async ask(path, { method = 'GET', body: said, headers = {} } = {}) {
      const sent = request({
        ...{ agent, port, host: '127.0.0.1', method, path },
        headers: {
          ...{
            cookie,
            'accept-encoding': 'gzip, br',
            accept: `${PACKED_PAGE_TYPE}, application/json`,
            [PROTOCOL_HEADER]: String(PROTOCOL_VERSION),
          },
          ...(said === undefined ? {} : { 'content-type': 'application/json' }),
          ...headers,
        },
      })
      sent.end(said === undefined ? undefined : JSON.stringify(said))
      const [answer] = (await once(sent, 'response')) as [IncomingMessage]
      const chunks: Buffer[] = []
      for await (const chunk of answer) chunks.push(chunk as Buffer)
      const bytes = Buffer.concat(chunks)
      const body = decompress(bytes, answer.headers['content-encoding'])
      const isPacked = answer.headers['content-type'] === PACKED_PAGE_TYPE
      const content: unknown = isPacked ? unpackPage(body) : body.length === 0 ? undefined : JSON.parse(body.toString())
      return { status: answer.statusCode ?? 0, bytes: bytes.length, content }
    },
    close: () => agent.destroy(),
  }
}

function decompress(bytes: Buffer, encoding: string | undefined): Buffer {
  if (encoding === 'gzip') return gunzipSync(bytes)
  return encoding === 'br' ? brotliDecompressSync(bytes) : bytes
}
