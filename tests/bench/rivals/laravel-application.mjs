import { Redis } from 'ioredis'
import { createPool } from 'mysql2/promise'
import { randomUUID } from 'node:crypto'
import { createServer } from 'node:http'

// What a Laravel application does with a message, without PHP, which would only be slower: it stores it, and broadcasts an
// event on a Redis channel, in the form of Illuminate\Broadcasting\Broadcasters\RedisBroadcaster.
// Settings: DATABASE_URL, REDIS_URL.

const pool = createPool({ uri: process.env.DATABASE_URL, connectionLimit: 10 })
await pool.query(`create table message (id char(36) primary key, conversation_id char(36) not null, author_id char(36) not null,
  text text not null, written_at bigint not null, sent_at bigint not null)`)
const redis = new Redis(process.env.REDIS_URL)

const server = createServer(async (request, response) => {
  const chunks = []
  for await (const chunk of request) chunks.push(chunk)
  const { userId, conversationId, text, writtenAt } = JSON.parse(Buffer.concat(chunks))
  const message = { id: randomUUID(), conversationId, authorId: userId, text, writtenAt, sentAt: Date.now() }
  await pool.execute('insert into message values (?, ?, ?, ?, ?, ?)', Object.values(message))
  await redis.publish(
    conversationId,
    JSON.stringify({ event: 'App\\Events\\MessageSent', data: { message }, socket: null }),
  )
  response.end('{}')
})
server.listen(0, '127.0.0.1', () => console.log(`ready ${server.address().port}`))
