import { uuidv7 } from 'uuidv7'
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest'
import type { Buckets } from '../../../server/limits/buckets.ts'
import { createCallers } from '../../../server/limits/callers.ts'
import { createLimits } from '../../../server/limits/limits.ts'
import { NO_LIMITS } from '../../../server/limits/no-limits.ts'
import { createAdmitting } from '../../../server/http/admitting.ts'
import { createFixedSettings } from '../../support/settings.ts'
import { createLine } from '../../../server/limits/line.ts'
import { StoreUnavailable } from '../../../server/log/group-commit.ts'
import { submitCommands } from '../../../server/commands/submit.ts'
import type { Command } from '../../../shared/protocol/commands.ts'
import { EVERYONE_ID } from '../../../shared/protocol/fields.ts'
import { type Backend, createBackend } from '../../support/backend.ts'
import { type Campus, createCampus, leaveGroup, read, send } from '../../support/campus.ts'
import { type ApiServer, createApiServer } from '../http/api-server.ts'
import { openLimits, type OpenLimits } from './open-limits.ts'
import { openSpeaker } from './open-speaker.ts'

/* What is slowed down keeps its place: nothing that was written after it in its conversation overtakes it. */

let backend: Backend
let campus: Campus
let opened: OpenLimits
let server: ApiServer
beforeAll(async () => {
  backend = await createBackend()
  opened = await openLimits(backend, { 'limits.messages': 1 }, { isBare: true })
  server = await createApiServer(backend.store, { namedLimits: opened.limits })
  ;({ campus } = server)
})
afterAll(async () => {
  await server.close()
  await opened.close()
  await backend.dispose()
})
let ann: { userId: string; cookie: string }
let group: string
beforeEach(async () => {
  ann = await server.join(`a-${uuidv7().slice(-10)}`)
  group = await campus.group(ann.userId, await campus.register())
})

const toCode = (result: { status: string; code?: string }) => result.code ?? result.status

test('what arrives after a message was slowed down waits behind it, though there is enough again', async () => {
  const speaker = await openSpeaker(server, ann)
  const messages = Array.from({ length: 8 }, (_, index) => send(group, `message ${index + 1}`))
  const results = await speaker.send(messages.slice(0, 6))
  expect(results.map(toCode)).toEqual([...Array<string>(5).fill('accepted'), 'slow_down'])
  await opened.pass(90_000)
  // It was on its way already when the answer came.
  expect((await speaker.send(messages.slice(6))).map(toCode)).toEqual(['slow_down', 'slow_down'])
  const elsewhere = await campus.group(ann.userId, await campus.register())
  expect((await speaker.send([send(elsewhere, 'in another conversation')])).map(toCode)).toEqual(['accepted'])
  await opened.pass(3 * 60_000)
  expect((await speaker.send(messages.slice(5))).map(toCode)).toEqual(Array(3).fill('accepted'))
  const { db } = backend.store
  const rows = await db
    .selectFrom('message')
    .select(['n', 'text'])
    .where('conversation_id', '=', group)
    .orderBy('n')
    .execute()
  expect(rows.map(({ text }) => text)).toEqual(messages.map(({ text }) => text))
  speaker.close()
})

test('one does not leave before what one wrote went, and reads meanwhile', async () => {
  const ben = await server.join(`b-${uuidv7().slice(-10)}`)
  const led = await campus.group(ann.userId, ben.userId)
  const speaker = await openSpeaker(server, ben)
  const messages = Array.from({ length: 6 }, () => send(led, 'Bye'))
  const leave = leaveGroup(led)
  const results = await speaker.send([...messages, leave, read(led, 1)])
  expect(results.map(toCode)).toEqual([...Array<string>(5).fill('accepted'), 'slow_down', 'slow_down', 'accepted'])
  await opened.pass(60_000)
  expect((await speaker.send([...messages.slice(5), leave])).map(toCode)).toEqual(['accepted', 'accepted'])
  speaker.close()
})

test('what its sender gave up holds nothing for ever', async () => {
  const speaker = await openSpeaker(server, ann)
  await speaker.send(Array.from({ length: 6 }, () => send(group, 'and never again')))
  await opened.pass(10 * 60_000)
  expect((await speaker.send([send(group, 'on we go')])).map(toCode)).toEqual(['accepted'])
  speaker.close()
})

test.each([2, 3, 4, 5])('version %i is told a code that it knows, and waits', async (version) => {
  const speaker = await openSpeaker(server, ann, { version })
  const results = await speaker.send(Array.from({ length: 6 }, () => send(group, 'fast')))
  const last = results.at(-1)
  expect(last).toMatchObject({ status: 'refused', code: 'internal' })
  expect(last).not.toHaveProperty('retryAfterMs')
  speaker.close()
})

test('the same over HTTP', async () => {
  const commands: Command[] = [
    ...Array.from({ length: 6 }, () => send(group, 'fast')),
    leaveGroup(group),
    read(group, 1),
  ]
  const answer = await server.call('POST', '/api/commands', { cookie: ann.cookie, body: { commands } })
  const { results } = answer.body as { results: { status: string; code?: string }[] }
  expect(results.map(toCode)).toEqual([...Array<string>(5).fill('accepted'), 'slow_down', 'slow_down', 'accepted'])
})

test('what is asked about slowly does not let what came after it go first', async () => {
  const asked: ((waits: number[]) => void)[] = []
  const buckets: Buckets = {
    take: () => new Promise((resolve) => asked.push(resolve)),
    giveBack: async () => undefined,
  }
  const limits = createLimits({
    ...{ buckets, callers: createCallers(backend.store, Date.now), now: Date.now, onError: () => undefined },
    getValue: () => 100,
    findSlowSeconds: () => 0,
  })
  const alone = createCampus({ store: backend.openStore() })
  const line = createLine()
  const submit = (command: Command) =>
    submitCommands(alone.sequencer, ann.userId, [command], undefined, (commands) =>
      limits.admit(ann.userId, commands, line),
    )
  const [first, second] = [send(EVERYONE_ID, 'first'), send(EVERYONE_ID, 'second')]
  const answers = [submit(first), submit(second)]
  while (asked.length < 2) await new Promise(setImmediate)
  asked[1]?.([0])
  await new Promise(setImmediate)
  asked[0]?.([0])
  const [[one], [two]] = await Promise.all(answers).then((all) => [all[0] ?? [], all[1] ?? []] as const)
  if (one?.status !== 'accepted' || two?.status !== 'accepted') throw new Error('they were not taken')
  expect(two.seq).toBeGreaterThan(one.seq)
})

test('a command that somebody else is asked about first does not let the next one go before it', async () => {
  let pass: () => void = () => undefined
  const asked = new Promise<undefined>((resolve) => (pass = () => resolve(undefined)))
  const admitting = createAdmitting({
    ...{ store: backend.store, limits: NO_LIMITS, settings: createFixedSettings() },
    accounts: { passkeys: { ...server.accounts.passkeys, checkGoverning: () => asked } },
  })
  const admit = admitting({ sessionId: uuidv7(), userId: ann.userId }, createLine())
  const went: string[] = []
  const govern = { type: 'conversation.govern', id: uuidv7(), conversationId: group, posting: 'everybody' } as const
  const first = admit([{ ...govern, slowSeconds: 0 }]).then(() => went.push('governed'))
  const second = admit([send(group, 'after that')]).then(() => went.push('said'))
  await new Promise(setImmediate)
  expect(went).toEqual([])
  pass()
  await Promise.all([first, second])
  expect(went).toEqual(['governed', 'said'])
})

test('whoever goes on although much was slowed down is answered late, and what may go is not', async () => {
  const speaker = await openSpeaker(server, ann)
  const early = await speaker.send(Array.from({ length: 55 }, () => send(group, 'Again')))
  expect(early.filter(({ status }) => status === 'accepted')).toHaveLength(5)
  const order: string[] = []
  const late = speaker.send(Array.from({ length: 10 }, () => send(group, 'And again'))).then(() => order.push('slowed'))
  const other = speaker.send([read(group, 3)]).then(() => order.push('read'))
  const since = performance.now()
  await Promise.all([late, other])
  expect(order).toEqual(['read', 'slowed'])
  expect(performance.now() - since).toBeGreaterThanOrEqual(240)
  speaker.close()
})

test('what is still to be asked about when something before it was lost is not taken', async () => {
  const line = createLine()
  line.isBroken = true
  await expect(opened.limits.admit(ann.userId, [send(group, 'later')], line)).rejects.toBeInstanceOf(StoreUnavailable)
})
