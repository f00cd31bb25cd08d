import echo from 'laravel-echo-server'
import { createServer } from 'node:net'

// laravel-echo-server as its own `laravel-echo-server start` runs it, with Redis and public channels. Settings: REDIS_PORT.

const probe = createServer().listen(0, '127.0.0.1')
await new Promise((resolve) => probe.once('listening', resolve))
const { port } = probe.address()
await new Promise((resolve) => probe.close(resolve))
await echo.run({
  ...{ host: '127.0.0.1', port, authHost: 'http://127.0.0.1', devMode: false },
  ...{ database: 'redis', databaseConfig: { redis: { host: '127.0.0.1', port: Number(process.env.REDIS_PORT) } } },
  subscribers: { http: false, redis: true },
})
console.log(`ready ${port}`)
