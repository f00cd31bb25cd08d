import Libsql from 'libsql'
import { createPool } from 'mysql2/promise'
import { randomUUID } from 'node:crypto'
import { WebSocketServer } from 'ws'

// The least that a chat can be: `ws`, and where it stores at all one INSERT for each message, acknowledged once it is on disk.
// Settings: STORE is empty, `sqlite:<path>` or the address of a MariaDB.

const store = await openStore(process.env.STORE ?? '')
const server = new WebSocketServer({ port: 0, host: '127.0.0.1', perMessageDeflate: false })
const conversations = new Map()

server.on('connection', (socket, request) => {
  const query = new URL(request.url, 'http://localhost').searchParams
  const [userId, conversationId] = [query.get('user'), query.get('conversation')]
  const members = conversations.get(conversationId) ?? new Set()
  conversations.set(conversationId, members.add(socket))
  socket.on('close', () => members.delete(socket))
  socket.on('error', () => socket.terminate())
  socket.on('message', async (content) => {
    const { id, text, writtenAt } = JSON.parse(content)
    const message = { id: randomUUID(), conversationId, authorId: userId, text, writtenAt, sentAt: Date.now() }
    await store(message)
    socket.send(JSON.stringify({ ack: id }))
    const frame = JSON.stringify({ message })
    for (const member of members) member.send(frame)
  })
})
server.on('listening', () => console.log(`ready ${server.address().port}`))

async function openStore(name) {
  if (name === '') return async () => undefined
  const table = `create table message (id char(36) primary key, conversation_id char(36) not null, author_id char(36) not null,
    text text not null, written_at bigint not null, sent_at bigint not null)`
  const insert = 'insert into message values (?, ?, ?, ?, ?, ?)'
  if (name.startsWith('sqlite:')) {
    const database = new Libsql(name.slice('sqlite:'.length))
    database.pragma('journal_mode = WAL')
    database.pragma('synchronous = FULL')
    database.exec(table)
    const prepared = database.prepare(insert)
    return async (message) => void prepared.run(...Object.values(message))
  }
  // As many connections as mysql2 opens by itself, and ChatBox.
  const pool = createPool({ uri: name, connectionLimit: 10 })
  await pool.query(table)
  return (message) => pool.execute(insert, Object.values(message))
}
