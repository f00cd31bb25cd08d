import { spawnSync } from 'node:child_process'
import { createServer } from 'node:http'
import { expect, test } from 'vitest'
import { listen } from '../../../server/http/listen.ts'

/** Opens so many connections at once, and tells how many of them were taken when all are, or when no more will be. */
const OPEN = `
  const [port, count, withinMs] = process.argv.slice(1).map(Number)
  let taken = 0
  const tell = () => { console.log(taken); process.exit() }
  for (let index = 0; index < count; index += 1) {
    require('node:net').connect(port, '127.0.0.1').on('error', () => {}).on('connect', () => {
      taken += 1
      if (taken === count) tell()
    })
  }
  setTimeout(tell, withinMs)
`
const CONNECTIONS = 2_000
const WITHIN_MS = 30_000

test('thousands who come at once while the process is busy are taken', async () => {
  const { port, close } = await listen(createServer(), { port: 0, host: '127.0.0.1' }, () => undefined)
  // Nothing is accepted while this waits for its end.
  const { stdout } = spawnSync('node', ['-e', OPEN, String(port), String(CONNECTIONS), String(WITHIN_MS)])
  expect(Number(stdout.toString())).toBe(CONNECTIONS)
  await close()
})
