import type { LoadClient, LoadPerson, Tally } from './client.ts'
import { openSocket, type OpenedSocket } from './sockets.ts'

/** What rivals/raw-ws.mjs speaks: an event in, its acknowledgement and the event for everybody else out. */
export function createRawClient(port: number, { userId, conversationId }: LoadPerson, tally: Tally): LoadClient {
  let socket: OpenedSocket | undefined
  let ids = 0
  const waiting = new Map<number, () => void>()
  return {
    async connect() {
      const query = new URLSearchParams({ user: userId, conversation: conversationId })
      const opened = await openSocket(
        `ws://127.0.0.1:${port}/?${query}`,
        {},
        {
          onText(text) {
            if (!text.startsWith('{"ack"')) return tally.add(1)
            const { ack } = JSON.parse(text) as { ack: number }
            waiting.get(ack)?.()
            waiting.delete(ack)
          },
        },
      )
      socket = opened.socket
      return opened.turnedAway
    },
    send: (text) =>
      new Promise((resolve) => {
        ids += 1
        waiting.set(ids, resolve)
        socket?.say(JSON.stringify({ id: ids, text, writtenAt: Date.now() }))
      }),
    cut: () => socket?.cut(),
    bytesRead: () => socket?.bytesRead() ?? 0,
  }
}
