import { getRequestListener } from '@hono/node-server'
import { createServer, type IncomingHttpHeaders, request as sendRequest } from 'node:http'
import type { Accounts, AccountsOptions } from '../../../server/accounts/accounts.ts'
import { isOwnOrigin } from '../../../server/accounts/own-origin.ts'
import { type ClassroomLogs, createClassroomLogs } from '../../../server/classroom/classroom-logs.ts'
import { createCodeGuesses } from '../../../server/classroom/code-guesses.ts'
import { createClassroomLimits } from '../../../server/classroom/limits.ts'
import { submitCommands } from '../../../server/commands/submit.ts'
import { createApp } from '../../../server/http/app.ts'
import type { ClientFiles } from '../../../server/http/client-files.ts'
import { listen } from '../../../server/http/listen.ts'
import { createClassroomHub } from '../../../server/live/classroom-hub.ts'
import { createClassroomSockets } from '../../../server/live/classroom-sockets.ts'
import { createHub, type Hub } from '../../../server/live/hub.ts'
import { attachSockets } from '../../../server/live/sockets.ts'
import type { Store } from '../../../server/store/store.ts'
import { systemClock } from '../../../shared/clock.ts'
import { CAMPUS_LOG } from '../../../shared/protocol/fields.ts'
import type { Campus } from '../../support/campus.ts'
import { openAccounts, PASSWORD } from '../accounts/open-accounts.ts'

export interface Answer {
  status: number
  headers: IncomingHttpHeaders
  content: Buffer
  /** The JSON in it, if it is JSON. */
  body: unknown
}

export interface Call {
  /** Sent as JSON. */
  body?: unknown
  /** Sent as it is. */
  raw?: string | Buffer
  cookie?: string | undefined
  headers?: Record<string, string>
  signal?: AbortSignal
}

export interface ApiServer {
  port: number
  campus: Campus
  accounts: Accounts
  hub: Hub
  classroomLogs: ClassroomLogs
  /** How many long polls of classrooms began to wait. */
  waits(): number
  errors: unknown[]
  call(method: string, path: string, options?: Call): Promise<Answer>
  /** Registers somebody over HTTP. */
  join(handle: string): Promise<{ userId: string; sessionId: string; cookie: string }>
  close(): Promise<void>
}

export interface ApiServerOptions extends Pick<Partial<AccountsOptions>, 'limits'> {
  publicUrl?: URL
  clientFiles?: ClientFiles
  /** The time of a classroom's limits. */
  limitsNow?: () => number
}

/** The app and its sockets, with their real parts, on a port of its own. */
export async function createApiServer(store: Store, options: ApiServerOptions = {}): Promise<ApiServer> {
  const { publicUrl, clientFiles = new Map(), limitsNow = Date.now, ...accountsOptions } = options
  const { accounts, campus } = openAccounts(store, { clock: systemClock, ...accountsOptions })
  const errors: unknown[] = []
  const report = (error: unknown) => `error-${errors.push(error)}`
  const hub = createHub({ log: CAMPUS_LOG, store, bus: campus.bus, clock: systemClock, onError: report })
  await hub.start()
  const classroomLogs = createClassroomLogs({
    store,
    clock: systemClock,
    onChanged: (classroomId, to) => campus.bus.publishClassroomChange({ classroomId, to }),
    onError: report,
  })
  const live = { store, logs: classroomLogs, bus: campus.bus, clock: systemClock, onError: report }
  const classroomHub = createClassroomHub(live)
  const { findSession, listAlive } = accounts
  const classroomSockets = createClassroomSockets({ ...live, hub: classroomHub, findSession, listAlive })
  let waits = 0
  const waitForNews: typeof classroomHub.waitForNews = (...poll) => {
    waits += 1
    return classroomHub.waitForNews(...poll)
  }
  const app = createApp({
    store,
    accounts,
    sequencer: campus.sequencer,
    hub,
    classrooms: {
      logs: classroomLogs,
      hub: { ...classroomHub, waitForNews },
      limits: createClassroomLimits(limitsNow),
      guesses: createCodeGuesses(limitsNow),
    },
    clientFiles,
    config: { publicUrl },
    now: Date.now,
    report,
  })
  const onRequest = getRequestListener(app.fetch)
  const server = createServer((request, response) => void onRequest(request, response))
  const closeSockets = attachSockets(server, {
    hub,
    classrooms: classroomSockets,
    clock: systemClock,
    findSession: accounts.findSession,
    listAlive: accounts.listAlive,
    isOwnOrigin: (headers) => isOwnOrigin(headers, { publicUrl }),
    submit: (userId, commands) => submitCommands(campus.sequencer, userId, commands),
    onAcknowledged: accounts.recordCursor,
    onError: report,
  })
  const listening = await listen(server, { port: 0, host: '127.0.0.1' }, closeSockets)

  const call: ApiServer['call'] = (method, path, { body, raw, cookie, headers, signal } = {}) =>
    new Promise((resolve, reject) => {
      const content = body === undefined ? raw : JSON.stringify(body)
      const request = sendRequest({
        host: '127.0.0.1',
        port: listening.port,
        method,
        path,
        agent: false,
        headers: { 'content-type': 'application/json', ...(cookie !== undefined && { cookie }), ...headers },
        ...(signal && { signal }),
      })
      request.on('error', reject)
      request.on('response', (response) => {
        const chunks: Buffer[] = []
        response.on('data', (chunk: Buffer) => chunks.push(chunk))
        response.on('end', () => {
          const whole = Buffer.concat(chunks)
          const isJson =
            response.headers['content-type'] === 'application/json' && !response.headers['content-encoding']
          const parsed: unknown = isJson ? JSON.parse(whole.toString()) : undefined
          resolve({ status: response.statusCode ?? 0, headers: response.headers, content: whole, body: parsed })
        })
      })
      request.end(content)
    })

  return {
    port: listening.port,
    campus,
    accounts,
    hub,
    classroomLogs,
    waits: () => waits,
    errors,
    call,
    async join(handle) {
      const answer = await call('POST', '/api/register', { body: { handle, name: handle, password: PASSWORD } })
      const [cookie = ''] = answer.headers['set-cookie']?.[0]?.split(';') ?? []
      const session = await accounts.findSession(cookie)
      if (session === undefined) throw new Error(`not registered: ${answer.content.toString()}`)
      return { ...session, cookie }
    },
    async close() {
      await listening.close()
      hub.close()
      classroomSockets.close()
      classroomHub.close()
      await classroomLogs.close()
      await accounts.close()
    },
  }
}

/** The code in an error's body. */
export function codeOf(answer: Answer): unknown {
  const { body } = answer
  const error = typeof body === 'object' && body !== null && 'error' in body ? body.error : undefined
  return typeof error === 'object' && error !== null && 'code' in error ? error.code : undefined
}
