import { createServer, type Server } from 'node:http'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { WebSocket, WebSocketServer } from 'ws'
import { toWebSocketFrame } from '../../../server/live/web-socket-frame.ts'

const LENGTHS = [0, 1, 125, 126, 65_535, 65_536, 200_000]
const KINDS = ['text', 'binary'] as const
const texts = LENGTHS.map((length) => 'x'.repeat(length))

/** Sends all of these to whoever comes. */
let server: Server
let url: string
beforeAll(async () => {
  const sockets = new WebSocketServer({ noServer: true })
  server = createServer().on('upgrade', (request, stream, head) => {
    sockets.handleUpgrade(request, stream, head, () => {
      for (const kind of KINDS) for (const text of texts) stream.write(toWebSocketFrame(Buffer.from(text), kind))
    })
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const address = server.address()
  if (address === null || typeof address === 'string') throw new Error('the server has no port')
  url = `ws://127.0.0.1:${address.port}`
})
afterAll(() => server.close())

test('texts and bytes of every length are read as they were, each as a message of its own', async () => {
  const client = new WebSocket(url)
  const read: [length: number, isBinary: boolean][] = []
  await new Promise<void>((resolve, reject) => {
    client.on('error', reject)
    client.on('message', (content: Buffer, isBinary) => {
      if (read.push([content.length, isBinary]) === 2 * LENGTHS.length) resolve()
    })
  })
  expect(read).toEqual([false, true].flatMap((isBinary) => LENGTHS.map((length) => [length, isBinary])))
  client.terminate()
})
test('what goes to many is framed once', () => {
  const text = Buffer.from('for all')
  expect(toWebSocketFrame(text, 'text')).toBe(toWebSocketFrame(text, 'text'))
  expect(toWebSocketFrame(Buffer.from('for all'), 'text')).not.toBe(toWebSocketFrame(text, 'text'))
})
