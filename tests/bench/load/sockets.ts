import { WebSocket } from 'ws'

/** One that is turned away comes again soon, and all do not come in step. */
const AGAIN_MS = { least: 50, most: 250 }
const TRIES_MAX = 200

export interface OpenedSocket {
  say(content: string | Uint8Array): void
  cut(): void
  bytesRead(): number
}

export interface SocketListener {
  onText(text: string): void
  onBytes?(bytes: Buffer): void
  onClosed?(code: number): void
}

/** Opens a socket, again and again until the server takes it. A server that never does is no overloaded one. */
export async function openSocket(
  url: string,
  headers: Record<string, string>,
  { onText, onBytes, onClosed }: SocketListener,
): Promise<{ socket: OpenedSocket; turnedAway: number }> {
  for (let turnedAway = 0; turnedAway < TRIES_MAX; turnedAway += 1) {
    const socket = new WebSocket(url, { headers, perMessageDeflate: false })
    // From the beginning: a server that speaks first may have spoken by the time that anybody hears of the open socket.
    socket.on('message', (content: Buffer, isBinary) => {
      if (isBinary) onBytes?.(content)
      else onText(content.toString())
    })
    if (await isOpened(socket)) {
      if (onClosed !== undefined) socket.on('close', onClosed)
      const stream = (socket as unknown as { _socket: { bytesRead: number } })._socket
      return {
        turnedAway,
        socket: {
          say: (content) => socket.send(content),
          cut: () => socket.terminate(),
          bytesRead: () => stream.bytesRead,
        },
      }
    }
    const wait = AGAIN_MS.least + Math.random() * (AGAIN_MS.most - AGAIN_MS.least)
    await new Promise((resolve) => setTimeout(resolve, wait))
  }
  throw new Error(`${url} takes nobody`)
}

function isOpened(socket: WebSocket): Promise<boolean> {
  return new Promise((resolve) => {
    socket.once('open', () => resolve(true))
    socket.on('error', () => resolve(false))
  })
}

const REMEMBERED_MAX = 100

/** Parses bytes, or remembers what the same ones came to: a message to thousands is the same frame for each. */
export function createParser<Parsed>(parse: (bytes: Buffer) => Parsed): (bytes: Buffer) => Parsed {
  const known = new Map<string, Parsed>()
  return (bytes) => {
    const key = bytes.toString('latin1')
    const found = known.get(key)
    if (found !== undefined) return found
    if (known.size >= REMEMBERED_MAX) known.clear()
    const parsed = parse(bytes)
    known.set(key, parsed)
    return parsed
  }
}
