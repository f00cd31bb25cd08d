import { once } from 'node:events'
import { pino } from 'pino'
import { WebSocket } from 'ws'
import { readConfig } from '../../../server/config.ts'
import { serve } from '../../../server/serve.ts'
import { CAMPUS_LOG } from '../../../shared/protocol/fields.ts'
import { PROTOCOL_VERSION } from '../../../shared/protocol/version.ts'
import type { Backend } from '../../support/backend.ts'
import { createCall, type HttpCall } from '../http/api-server.ts'

/** A whole server, with metrics behind a token on its own port. */
export interface Measured {
  port: number
  claimToken: string | undefined
  call: HttpCall
  /** What it says of itself. */
  scrape(): Promise<string>
  /** Registers somebody. */
  join(handle: string): Promise<{ userId: string; cookie: string }>
  stop(): Promise<void>
}

export const TOKEN = '0123456789abcdef'

export async function startMeasured(
  { dataDir, databaseUrl, redisUrl }: Pick<Backend, 'dataDir' | 'databaseUrl' | 'redisUrl'>,
  settings: Readonly<Record<string, string>> = { METRICS_TOKEN: TOKEN },
): Promise<Measured> {
  const config = readConfig({ DATA_DIR: dataDir, DATABASE_URL: databaseUrl, REDIS_URL: redisUrl, ...settings })
  const { port, claimToken, stop } = await serve(
    config.https === undefined ? { ...config, port: 0 } : config,
    pino({ level: 'silent' }),
  )
  const call = createCall(port)
  return {
    ...{ port, claimToken, call, stop },
    async scrape() {
      const answer = await call('GET', '/metrics', { headers: { authorization: `Bearer ${TOKEN}` } })
      if (answer.status !== 200) throw new Error(`no metrics: ${answer.status}`)
      return answer.content.toString()
    },
    async join(handle) {
      const body = { handle, name: handle, password: 'correct horse' }
      const answer = await call('POST', '/api/register', { body })
      const [cookie = ''] = answer.headers['set-cookie']?.[0]?.split(';') ?? []
      const { user } = answer.body as { user: { id: string } }
      return { userId: user.id, cookie }
    },
  }
}

/** A device of somebody that said hello and was welcomed. */
export async function openDevice(port: number, { userId, cookie }: { userId: string; cookie: string }) {
  const socket = new WebSocket(`ws://127.0.0.1:${port}/api/socket`, { headers: { cookie } })
  await once(socket, 'open')
  const at = { log: CAMPUS_LOG, lineage: '', epoch: '', cursor: 0 }
  socket.send(JSON.stringify({ type: 'hello', protocol: PROTOCOL_VERSION, account: userId, ...at }))
  await once(socket, 'message')
  return socket
}
