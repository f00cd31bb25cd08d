import { Agent, request } from 'node:http'
import type { LoadClient, LoadPerson, Tally } from './client.ts'
import { openSocket, type OpenedSocket } from './sockets.ts'

const PING_EVERY_MS = 20_000
const agent = new Agent({ keepAlive: true })

/**
 * Laravel's way: who writes posts to the application; laravel-echo-server tells all who listen on the channel, over
 * socket.io 2 (engine.io 3, in which the client pings). The application's port is the one beside the listener's: the
 * person's `cookie` holds it.
 */
export function createLaravelClient(
  port: number,
  { userId, cookie, conversationId }: LoadPerson,
  tally: Tally,
): LoadClient {
  let socket: OpenedSocket | undefined
  let pinging: NodeJS.Timeout | undefined
  return {
    async connect() {
      let onConnected: () => void = () => undefined
      const connected = new Promise<void>((resolve) => (onConnected = resolve))
      const opened = await openSocket(
        `ws://127.0.0.1:${port}/socket.io/?EIO=3&transport=websocket`,
        {},
        {
          onText(text) {
            if (text.startsWith('42')) tally.add(1)
            else if (text === '40') onConnected()
          },
        },
      )
      socket = opened.socket
      await connected
      socket.say(`42${JSON.stringify(['subscribe', { channel: conversationId, auth: {} }])}`)
      pinging = setInterval(() => socket?.say('2'), PING_EVERY_MS)
      return opened.turnedAway
    },
    send: (text) =>
      new Promise((resolve, reject) => {
        const asked = request({ agent, port: Number(cookie), host: '127.0.0.1', method: 'POST' }, (answer) => {
          answer.resume()
          answer.once('end', () => (answer.statusCode === 200 ? resolve() : reject(new Error('not stored'))))
        })
        asked.once('error', reject)
        asked.end(JSON.stringify({ userId, conversationId, text, writtenAt: Date.now() }))
      }),
    cut() {
      clearInterval(pinging)
      socket?.cut()
    },
    bytesRead: () => socket?.bytesRead() ?? 0,
  }
}
