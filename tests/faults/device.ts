import { WebSocket } from 'ws'
import { createApi } from '../../client/sync/api.ts'
import { startCampus } from '../../client/sync/campus.ts'
import type { Fetch } from '../../client/sync/request.ts'
import type { ClientStore } from '../../client/sync/tables.ts'
import { systemClock } from '../../shared/clock.ts'
import type { Command } from '../../shared/protocol/commands.ts'
import { createDisk, createMemoryStore, enqueueOn, type Disk } from '../sim/memory-store.ts'
import { send as buildSend } from '../support/campus.ts'
import { waitFor } from '../support/wait-for.ts'

/** The app without its screens, against a real server process: the same engine, over a real socket. */
export interface Device {
  userId: string
  disk: Disk
  store: ClientStore
  /** Asks the server as the app does. */
  fetch: Fetch
  send(conversationId: string, text: string): void
  enqueue(commands: readonly Command[]): void
  /** The texts it holds of a conversation, in the order of their places. */
  read(conversationId: string): string[]
  /** Waits until it holds exactly these. */
  expectTexts(conversationId: string, texts: readonly string[]): Promise<void>
  /** Waits until the server has taken everything, and its rows are here. */
  expectNothingWaiting(): Promise<void>
  /** Goes to another address, as a load balancer sends a client elsewhere: from the next socket or request on. */
  moveTo(url: string): void
  endOtherSessions(): Promise<void>
  stop(): Promise<void>
}

export async function register(url: string, handle: string): Promise<Device> {
  return enter(url, (api) => api.register({ handle, name: handle, password: 'a good password' }))
}

export async function signIn(url: string, handle: string): Promise<Device> {
  return enter(url, (api) => api.signIn({ handle, password: 'a good password' }))
}

type Ask = (api: ReturnType<typeof createApi>) => ReturnType<ReturnType<typeof createApi>['register']>

async function enter(url: string, ask: Ask): Promise<Device> {
  let base = url
  let cookie = ''
  const fetchHere: Fetch = async (path, init) => {
    const headers = new Headers(init.headers)
    headers.set('cookie', cookie)
    const response = await fetch(new URL(path, base), { ...init, headers })
    const set = response.headers.get('set-cookie')
    if (set !== null) cookie = set.split(';')[0] ?? ''
    return response
  }
  const answer = await ask(createApi(fetchHere))
  if (answer.kind !== 'ok') throw new Error(`not signed in: ${JSON.stringify(answer)}`)
  const userId = answer.value.user.id
  const api = createApi(fetchHere, userId)
  const disk = createDisk()
  const store = createMemoryStore(disk, () => true)
  const errors: unknown[] = []
  const engine = startCampus({
    environment: {
      clock: systemClock,
      random: Math.random,
      onWake: () => () => undefined,
      requestBackgroundSync: () => undefined,
      openSocket(events) {
        const socket = new WebSocket(new URL('/api/socket', base.replace(/^http/, 'ws')), { headers: { cookie } })
        socket.on('open', () => events.onOpen())
        socket.on('message', (content: Buffer, isBinary) => events.onMessage(isBinary ? content : content.toString()))
        socket.on('close', (code) => events.onClose(code))
        socket.on('error', () => undefined)
        return { send: (text) => socket.send(text), close: () => socket.close() }
      },
    },
    store,
    api,
    me: userId,
    onError: (error) => errors.push(error),
  })
  const texts = (conversationId: string) =>
    [...disk.messages.rows.values()]
      .filter((row) => row.conversationId === conversationId)
      .sort((one, other) => one.n - other.n)
      .map((row) => row.text ?? '')
  const enqueue = (commands: readonly Command[]) => enqueueOn(disk, commands, Date.now())
  return {
    userId,
    disk,
    store,
    fetch: fetchHere,
    enqueue,
    send: (conversationId, text) => enqueue([buildSend(conversationId, text, { writtenAt: Date.now() })]),
    read: texts,
    expectTexts: async (conversationId, expected) => {
      const wanted = JSON.stringify(expected)
      await waitFor(`${userId} to hold ${wanted}`, () => JSON.stringify(texts(conversationId)) === wanted || undefined)
    },
    expectNothingWaiting: async () => {
      await waitFor(`the outbox of ${userId} to be empty`, () => disk.outbox.rows.size === 0 || undefined)
    },
    moveTo: (other) => void (base = other),
    async endOtherSessions() {
      const sessions = await api.listSessions()
      if (sessions.kind !== 'ok') throw new Error(`no list of sessions: ${JSON.stringify(sessions)}`)
      for (const session of sessions.value) if (!session.current) await api.endSession(session.id)
    },
    async stop() {
      await engine.stop()
      if (errors.length > 0) throw new AggregateError(errors, 'the engine reported errors')
    },
  }
}
