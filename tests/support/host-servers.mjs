import { resolve } from 'node:path'
import { pathToFileURL } from 'node:url'
import { pino } from 'pino'

// The process behind server-host.ts, started in the root of the project. Asked to, it starts and stops servers.
const { serve } = await import(pathToFileURL(resolve('dist/server/serve.js')).href)
const log = pino({ level: 'silent' })
const servers = new Map()

async function answer({ id, open, close }) {
  if (open !== undefined) servers.set(id, await serve({ host: '127.0.0.1', limits: 'off', ...open }, log))
  if (close === undefined) return
  const server = servers.get(close)
  servers.delete(close)
  await server?.stop()
}

process.on('message', (request) => {
  answer(request).then(
    () => process.send({ id: request.id }),
    (error) => process.send({ id: request.id, error: String(error) }),
  )
})
process.once('disconnect', () => process.exit())
