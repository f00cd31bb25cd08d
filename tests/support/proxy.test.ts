import { once } from 'node:events'
import { connect, createServer, type Server, type Socket } from 'node:net'
import { afterEach, expect, test } from 'vitest'
import { createProxy, type Proxy } from './proxy.ts'

const cleanUp: (() => unknown)[] = []
afterEach(async () => {
  for (const step of cleanUp.splice(0).reverse()) await step()
})

/** Answers each chunk with its name before it. */
async function startEcho(name: string): Promise<number> {
  const server: Server = createServer((socket) => {
    socket.on('error', () => socket.destroy())
    socket.on('data', (data) => socket.write(`${name}:${data.toString()}`))
  })
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  cleanUp.push(() => server.close())
  const address = server.address()
  if (address === null || typeof address === 'string') throw new Error('no port')
  return address.port
}

async function startProxy(port: number): Promise<Proxy> {
  const proxy = await createProxy(port)
  cleanUp.push(() => proxy.close())
  return proxy
}

function open(proxy: Proxy): Socket {
  const socket = connect(proxy.port, '127.0.0.1')
  socket.on('error', () => socket.destroy())
  cleanUp.push(() => socket.destroy())
  return socket
}

function closed(socket: Socket): Promise<void> {
  return new Promise((resolve) => socket.once('close', () => resolve()))
}

async function ask(socket: Socket, question: string): Promise<string> {
  socket.write(question)
  const [answer] = (await once(socket, 'data')) as [Buffer]
  return answer.toString()
}

test('what goes in at one end comes out at the other, both ways', async () => {
  const proxy = await startProxy(await startEcho('a'))
  const socket = open(proxy)
  expect(await ask(socket, 'one')).toBe('a:one')
  expect(await ask(socket, 'two')).toBe('a:two')
})

test('a cut ends open connections and refuses new ones until it is restored', async () => {
  const proxy = await startProxy(await startEcho('a'))
  const before = open(proxy)
  await ask(before, 'one')
  proxy.cut()
  await closed(before)
  await closed(open(proxy))
  proxy.restore()
  expect(await ask(open(proxy), 'two')).toBe('a:two')
})

test('a new connection goes to the new target, an open one stays', async () => {
  const proxy = await startProxy(await startEcho('a'))
  const early = open(proxy)
  await ask(early, 'one')
  proxy.retarget(await startEcho('b'))
  expect(await ask(early, 'two')).toBe('a:two')
  expect(await ask(open(proxy), 'three')).toBe('b:three')
})

test('a connection closes when nobody listens at the target', async () => {
  const proxy = await startProxy(1)
  await closed(open(proxy))
})
