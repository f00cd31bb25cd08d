import { Redis } from 'ioredis'
import { uuidv7 } from 'uuidv7'
import { afterEach, beforeEach, expect, test } from 'vitest'
import type { Command } from '../../../shared/protocol/commands.ts'
import type { CommandResult } from '../../../shared/protocol/results.ts'
import { type Backend, createBackend } from '../../support/backend.ts'
import { send } from '../../support/campus.ts'
import { type Service, startRedis } from '../../support/services.ts'
import { waitFor } from '../../support/wait-for.ts'
import { type ApiServer, createApiServer } from '../http/api-server.ts'
import { openLimits, type OpenLimits } from './open-limits.ts'
import { openSpeaker } from './open-speaker.ts'

/* Two processes of one campus, with one device of somebody at each. */

let backend: Backend
let redis: Service
const opened: OpenLimits[] = []
const servers: ApiServer[] = []
beforeEach(async () => {
  backend = await createBackend()
  redis = await startRedis()
})
afterEach(async () => {
  for (const server of servers.splice(0)) await server.close()
  for (const limits of opened.splice(0)) await limits.close()
  await redis.stop()
  await backend.dispose()
})

async function start(redisUrl: string | undefined): Promise<ApiServer> {
  const limits = await openLimits({ store: backend.store, redisUrl }, { 'limits.messages': 4 }, { isBare: true })
  opened.push(limits)
  const server = await createApiServer(backend.openStore(), { namedLimits: limits.limits })
  servers.push(server)
  return server
}
const countAccepted = (results: readonly CommandResult[]) =>
  results.filter(({ status }) => status === 'accepted').length

async function sendToBoth(one: ApiServer, other: ApiServer): Promise<number> {
  const ann = await one.join(`a-${uuidv7().slice(-10)}`)
  const group = await one.campus.group(ann.userId, await one.campus.register())
  const speaker = await openSpeaker(one, ann)
  const many = () => Array.from({ length: 20 }, (): Command => send(group, 'Again'))
  const post = async () => {
    const answer = await other.call('POST', '/api/commands', { cookie: ann.cookie, body: { commands: many() } })
    return (answer.body as { results: CommandResult[] }).results
  }
  const all = await Promise.all([speaker.send(many()), post(), post()])
  speaker.close()
  return countAccepted(all.flat())
}

test('with Redis they count together, a socket at one and requests at the other', async () => {
  // A busy machine may take so long that a drop more is there.
  expect([20, 21, 22]).toContain(await sendToBoth(await start(redis.url), await start(redis.url)))
})

test('without one each counts what comes to it', async () => {
  expect(await sendToBoth(await start(undefined), await start(undefined))).toBe(40)
})

test('what was counted is there for a process that starts later', async () => {
  const first = await start(redis.url)
  const ann = await first.join(`a-${uuidv7().slice(-10)}`)
  const group = await first.campus.group(ann.userId, await first.campus.register())
  const many = () => Array.from({ length: 20 }, () => send(group, 'Again'))
  const before = await openSpeaker(first, ann)
  expect(countAccepted(await before.send(many()))).toBe(20)
  before.close()
  const client = new Redis(redis.url)
  await waitFor('a key', async () => ((await client.keys('*:limit:messages:*')).length > 0 ? true : undefined))
  client.disconnect()
  const after = await openSpeaker(await start(redis.url), ann)
  expect(countAccepted(await after.send(many()))).toBeLessThan(3)
  after.close()
})
