import { once } from 'node:events'
import { connect, createServer, type Socket } from 'node:net'
import { afterEach, expect, test } from 'vitest'
import { type BadLink, type BadLinkOptions, createBadLink } from './bad-link.ts'
import { waitFor } from './wait-for.ts'

const cleanUp: (() => unknown)[] = []
afterEach(async () => {
  for (const step of cleanUp.splice(0).reverse()) await step()
})

const FAST: BadLinkOptions = { bytesPerSecond: 50_000_000, loss: 0, timeoutMs: 1, delayMs: 1, random: () => 0.5 }
const CONTENT = Buffer.from(Array.from({ length: 20_000 }, (_, at) => at % 251))

/** A link to a server, all that arrived there, and a device's connection to it. */
async function open(options: BadLinkOptions): Promise<{ link: BadLink; device: Socket; arrived: () => Buffer }> {
  const chunks: Buffer[] = []
  const sockets: Socket[] = []
  const server = createServer((socket) => {
    sockets.push(socket)
    socket.on('error', () => undefined)
    socket.on('data', (chunk) => chunks.push(chunk))
  })
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  const address = server.address()
  if (address === null || typeof address === 'string') throw new Error('no port')
  const link = await createBadLink(address.port)
  link.begin(options)
  const device = connect(link.port, '127.0.0.1')
  device.on('error', () => undefined)
  cleanUp.push(
    () => server.close(),
    () => sockets.forEach((socket) => socket.destroy()),
    () => link.close(),
    () => device.destroy(),
  )
  return { link, device, arrived: () => Buffer.concat(chunks) }
}

test('what goes over a bad link arrives whole and in its order, and each lost segment is counted once more', async () => {
  let segments = 0
  const everyFourth = () => ((segments += 1) % 4 === 0 ? 0 : 1)
  const { link, device, arrived } = await open({ ...FAST, loss: 0.05, random: everyFourth })
  device.end(CONTENT)
  await waitFor('all of it', () => arrived().length === CONTENT.length || undefined)
  expect(arrived()).toEqual(CONTENT)
  // Whatever comes in one go is cut into segments of its own.
  expect(link.sentBytes).toBeGreaterThan(CONTENT.length * 1.2)
  expect(link.sentBytes).toBeLessThan(CONTENT.length * 1.4)
})

test('a bad link takes the time that its bytes take, and what is behind a lost segment waits for it', async () => {
  const answers = [0]
  const { device, arrived } = await open({
    ...{ ...FAST, bytesPerSecond: 100_000, loss: 0.5, timeoutMs: 150 },
    random: () => answers.shift() ?? 1,
  })
  const begun = performance.now()
  device.write(CONTENT)
  await waitFor('all of it', () => arrived().length === CONTENT.length || undefined)
  expect(performance.now() - begun).toBeGreaterThan(340)
})

test('a device hears at once that its link is cut, what is on its way is gone, and for a while there is no other', async () => {
  const { link, device, arrived } = await open({ ...FAST, bytesPerSecond: 10_000 })
  device.write(CONTENT)
  await waitFor('some of it', () => arrived().length > 0 || undefined)
  const heard = closed(device)
  link.cut(60_000)
  await heard
  expect(link.cuts).toBe(1)
  expect(arrived().length).toBeLessThan(CONTENT.length)
  const again = connect(link.port, '127.0.0.1')
  again.on('error', () => undefined)
  await closed(again)
})

function closed(socket: Socket): Promise<void> {
  return new Promise((resolve) => socket.once('close', () => resolve()))
}
