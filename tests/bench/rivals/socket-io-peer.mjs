import { io } from 'socket.io-client'

// Somebody in a room of socket.io's server, as its own tour writes them: what is sent while there is no connection waits.

/** Resolves when they are connected; `received` holds the texts that came, in the order in which they came. */
export async function openPeer(port, { userId, conversationId }) {
  const received = []
  const socket = io(`http://127.0.0.1:${port}`, {
    ...{ transports: ['websocket'], auth: { user: userId, conversation: conversationId }, forceNew: true },
  })
  socket.on('message', ({ text }) => received.push(text))
  await new Promise((resolve) => socket.on('connect', resolve))
  return {
    received,
    send: (text) => socket.emit('send', { text, writtenAt: Date.now() }, () => undefined),
    close: () => socket.disconnect(),
  }
}
