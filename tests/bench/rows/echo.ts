import { join } from 'node:path'
import { startRedis } from '../../support/services.ts'
import type { Lab } from '../lab.ts'
import { startLoad } from '../load/start-load.ts'
import { cpuSeconds, startProgram } from '../processes.ts'
import { ratioAtLeast, type Row } from '../row.ts'
import { startChatbox } from '../stand.ts'

const LISTENERS = 200
const SENDERS = 16
const IN_FLIGHT = 4
const WARM_UP_SECONDS = 2
const SECONDS = 5

export const row: Row = {
  measures: `Messages delivered to ${LISTENERS} listeners of one channel, of which ${SENDERS} send with ${IN_FLIGHT} in flight each, stored on MariaDB.`,
  sides: {
    ChatBox: { what: 'ChatBox on MariaDB with Redis' },
    Laravel: {
      what: 'laravel-echo-server + Redis + INSERT and PUBLISH',
      lacks: 'order, once, catching up; rights on a public channel',
    },
  },
  figures: [
    {
      ...{ what: 'messages delivered/s', unit: '/s', quantity: 'delivered/s' },
      ...{ ours: 'ChatBox', rival: 'Laravel', reach: ratioAtLeast(5) },
    },
    {
      ...{ what: 'messages delivered/s per server core', unit: '/s', quantity: 'delivered/s a core' },
      ...{ ours: 'ChatBox', rival: 'Laravel', reach: ratioAtLeast(5) },
    },
  ],
  async begin(lab) {
    const stands = { ChatBox: await startOurs(lab), Laravel: await startLaravel(lab) }
    for (const { load } of Object.values(stands)) await load.connect({ atOnce: 50 })
    return {
      sides: Object.fromEntries(
        Object.entries(stands).map(([side, { load, pids }]) => [
          side,
          async () => {
            const cpu = () => pids.reduce((sum, pid) => sum + cpuSeconds(pid), 0)
            const work = { senders: SENDERS, inFlight: IN_FLIGHT }
            await load.saturate({ ...work, seconds: WARM_UP_SECONDS })
            const before = cpu()
            const { received, seconds, sends } = await load.saturate({ ...work, seconds: SECONDS })
            const used = cpu() - before
            return {
              ...{ 'delivered/s': received / seconds, 'delivered/s a core': received / used },
              ...{ 'sends/s': sends / seconds, 'cores used': used / seconds },
            }
          },
        ]),
      ),
      async end() {
        for (const { stop } of Object.values(stands)) await stop()
      },
    }
  },
}

async function startOurs(lab: Lab) {
  const redis = await startRedis()
  const database = await lab.openDatabase('echo')
  const { load, pid, stop } = await startChatbox({ lab, people: LISTENERS, database, redisUrl: redis.url })
  return {
    ...{ load, pids: [pid] },
    async stop() {
      await stop()
      await redis.stop()
    },
  }
}

async function startLaravel(lab: Lab) {
  const redis = await startRedis()
  const database = await lab.openDatabase('laravel')
  const settings = { DATABASE_URL: database.url, REDIS_URL: redis.url, REDIS_PORT: String(redis.port) }
  const application = await startProgram(join(lab.rivals(), 'laravel-application.mjs'), settings)
  const echo = await startProgram(join(lab.rivals(), 'laravel-echo-server.mjs'), settings)
  const people = Array.from({ length: LISTENERS }, (_, place) => ({
    ...{ userId: `person-${place}`, conversationId: 'everyone', cookie: String(application.port) },
  }))
  const load = startLoad({ speaks: 'laravel', port: echo.port, people, cursor: 0 })
  return {
    ...{ load, pids: [application.pid, echo.pid] },
    async stop() {
      await load.stop()
      await echo.stop()
      await application.stop()
      await redis.stop()
    },
  }
}
