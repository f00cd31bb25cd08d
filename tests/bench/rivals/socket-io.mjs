import { createAdapter } from '@socket.io/redis-adapter'
import { Redis } from 'ioredis'
import { createServer } from 'node:http'
import { randomUUID } from 'node:crypto'
import { Server } from 'socket.io'

// A chat as socket.io's own tour builds it: a room a conversation, each message emitted to it. It stores nothing.
// Settings: REDIS_URL puts its Redis adapter between processes; RECOVERY=yes switches connection state recovery on.

const http = createServer()
const io = new Server(http, {
  transports: ['websocket'],
  serveClient: false,
  ...(process.env.RECOVERY === 'yes' ? { connectionStateRecovery: {} } : {}),
})
if (process.env.REDIS_URL) {
  const redis = new Redis(process.env.REDIS_URL)
  io.adapter(createAdapter(redis, redis.duplicate()))
}
io.on('connection', (socket) => {
  const { user: userId, conversation: conversationId } = socket.handshake.auth
  socket.join(conversationId)
  socket.on('hello', (_, answer) => answer())
  socket.on('send', ({ text, writtenAt }, answer) => {
    const id = randomUUID()
    io.to(conversationId).emit('message', {
      ...{ type: 'message', id, conversationId, authorId: userId, text, writtenAt, sentAt: Date.now() },
      ...{
        editedAt: null,
        replyTo: null,
        mentions: [],
        mentionsAll: false,
        forwarded: false,
        pinnedAt: null,
        edits: 0,
      },
    })
    answer()
  })
})
http.listen(0, '127.0.0.1', () => console.log(`ready ${http.address().port}`))
