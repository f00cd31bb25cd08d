import type { LoadClient, LoadPerson, Tally } from './client.ts'
import { openSocket, type OpenedSocket } from './sockets.ts'

/*
 * socket.io's protocol (version 5 over engine.io 4) over a plain socket, so that the load costs as little with this server
 * as with the others: https://socket.io/docs/v4/socket-io-protocol/
 *
 *     0{…} open    40{…} connect    42["event",…] event    42<id>[…] event to be acknowledged    43<id>[…] that    2, 3 ping, pong
 */
export function createSocketIoClient(port: number, person: LoadPerson, tally: Tally): LoadClient {
  const { userId, conversationId } = person
  let socket: OpenedSocket | undefined
  let onConnected: (() => void) | undefined
  let ids = 0
  const waiting = new Map<number, () => void>()
  /** With connection state recovery: what the server knows this session by, and the last event that came. */
  let recovery: { pid: string; offset: string } | undefined

  function onText(text: string): void {
    if (text === '2') return socket?.say('3')
    if (text.startsWith('42')) {
      tally.add(1)
      if (recovery !== undefined) recovery.offset = String((JSON.parse(text.slice(2)) as unknown[]).at(-1))
    } else if (text.startsWith('43')) {
      const id = Number.parseInt(text.slice(2), 10)
      waiting.get(id)?.()
      waiting.delete(id)
    } else if (text.startsWith('0')) {
      socket?.say(`40${JSON.stringify({ user: userId, conversation: conversationId, ...recovery })}`)
    } else if (text.startsWith('40')) {
      const { pid } = JSON.parse(text.slice(2)) as { pid?: string }
      if (pid !== undefined) recovery = { pid, offset: recovery?.offset ?? '' }
      onConnected?.()
    }
  }

  function ask(...event: unknown[]): Promise<void> {
    return new Promise((resolve) => {
      ids += 1
      waiting.set(ids, resolve)
      socket?.say(`42${ids}${JSON.stringify(event)}`)
    })
  }

  return {
    async connect() {
      const connected = new Promise<void>((resolve) => (onConnected = resolve))
      // The server speaks first, maybe before it is known here which socket that is.
      const early: string[] = []
      const opened = await openSocket(
        `ws://127.0.0.1:${port}/socket.io/?EIO=4&transport=websocket`,
        {},
        {
          onText(text) {
            if (socket === undefined) early.push(text)
            else onText(text)
          },
        },
      )
      socket = opened.socket
      early.splice(0).forEach(onText)
      await connected
      await ask('hello', { user: userId })
      return opened.turnedAway
    },
    send: (text) => ask('send', { text, writtenAt: Date.now() }),
    cut() {
      socket?.cut()
      socket = undefined
    },
    bytesRead: () => socket?.bytesRead() ?? 0,
  }
}
