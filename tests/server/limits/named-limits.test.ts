import { randomBytes } from 'node:crypto'
import { uuidv7 } from 'uuidv7'
import * as v from 'valibot'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import {
  getLimit,
  LIMIT_NAMES,
  LIMIT_PERIOD_MS,
  type LimitName,
  toLimitSetting,
} from '../../../shared/operate/limits.ts'
import type { Command } from '../../../shared/protocol/commands.ts'
import { EVERYONE_ID } from '../../../shared/protocol/fields.ts'
import { commandsAnswer } from '../../../shared/protocol/http.ts'
import type { CommandResult } from '../../../shared/protocol/results.ts'
import { type Backend, createBackend } from '../../support/backend.ts'
import { addMembers, createDirect, createGroup, react, send } from '../../support/campus.ts'
import { PASSWORD } from '../accounts/open-accounts.ts'
import { exampleFile, uploadCalls } from '../files/upload-calls.ts'
import { type Answer, type ApiServer, codeOf, createApiServer } from '../http/api-server.ts'
import { classroomBody } from '../http/classroom-calls.ts'
import { openSpeaker } from './open-speaker.ts'
import { type LimitValues, openLimits, type OpenLimits } from './open-limits.ts'

/* Each limit of the table, alone: what may be done at once, what is slowed down, and that it goes on. */

let backend: Backend
let server: ApiServer
let opened: OpenLimits
const values: LimitValues = {}
beforeAll(async () => {
  backend = await createBackend()
  opened = await openLimits(backend, values, { isBare: true })
  server = await createApiServer(backend.store, { namedLimits: opened.limits })
})
afterAll(async () => {
  await server.close()
  await opened.close()
  await backend.dispose()
})

interface Somebody {
  userId: string
  cookie: string
}

interface Case {
  /** What an operator chose, so that a few are enough. */
  value: number
  /** How many go at once then. */
  atOnce: number
  /** Makes what takes of it, each time something new. */
  begin(me: string): Promise<() => Command | Promise<Command>>
}

const newcomer = () => server.campus.register()
const inGroup = async (me: string) => server.campus.group(me, await newcomer())

const CASES = {
  commands: { value: 1, atOnce: 5, begin: async () => () => ({ type: 'preference.set', id: uuidv7(), seen: true }) },
  messages: {
    ...{ value: 1, atOnce: 5 },
    begin: async (me) => {
      const group = await inGroup(me)
      return () => send(group, 'one of many')
    },
  },
  messagesToEveryone: { value: 1, atOnce: 2, begin: async () => () => send(EVERYONE_ID, 'to all of you') },
  bytesToEveryone: {
    ...{ value: 1_000, atOnce: 2 },
    begin: async () => () => send(EVERYONE_ID, 'ü'.repeat(500)),
  },
  messageBytes: {
    ...{ value: 1_000, atOnce: 5 },
    begin: async (me) => {
      const group = await inGroup(me)
      return () => send(group, 'ü'.repeat(500))
    },
  },
  reactions: {
    ...{ value: 1, atOnce: 5 },
    begin: async (me) => {
      const group = await inGroup(me)
      const message = send(group, 'good news')
      await server.campus.accept(me, message)
      return () => react(group, message.id, '👍', true)
    },
  },
  conversations: { value: 3, atOnce: 3, begin: async (me) => async () => createDirect(me, await newcomer()) },
  groups: { value: 3, atOnce: 3, begin: async () => () => createGroup([]) },
  peopleAdded: {
    ...{ value: 6, atOnce: 3 },
    begin: async (me) => {
      const group = await inGroup(me)
      return async () => addMembers(group, await newcomer(), await newcomer())
    },
  },
  samePersonAdded: {
    ...{ value: 3, atOnce: 3 },
    begin: async () => {
      const victim = await newcomer()
      return () => createGroup([victim])
    },
  },
} as const satisfies Partial<Record<LimitName, Case>>

/** What is asked for over HTTP: each time something new. */
interface RequestCase extends Omit<Case, 'begin'> {
  code: string
  begin(me: Somebody): Promise<() => Promise<Answer>>
}
const REQUESTS = {
  classrooms: {
    ...{ value: 2, atOnce: 2, code: 'too_many_tries' },
    begin:
      async ({ cookie }) =>
      () =>
        server.call('POST', '/api/classrooms', { cookie, body: classroomBody }),
  },
  uploadBytes: {
    ...{ value: 1_000, atOnce: 2, code: 'slow_down' },
    begin: async ({ cookie }) => {
      const calls = uploadCalls(server, cookie)
      return () => calls.create(exampleFile(randomBytes(500)))
    },
  },
  searches: {
    ...{ value: 2, atOnce: 2, code: 'too_many_tries' },
    begin:
      async ({ cookie }) =>
      () =>
        server.call('GET', '/api/people?words=mia', { cookie }),
  },
  reports: {
    ...{ value: 2, atOnce: 2, code: 'too_many_tries' },
    begin:
      async ({ cookie }) =>
      async () => {
        const body = { subject: { kind: 'person', userId: await newcomer() }, reason: 'Rude' }
        return server.call('POST', '/api/reports', { cookie, body })
      },
  },
  exports: {
    ...{ value: 2, atOnce: 2, code: 'too_many_tries' },
    begin:
      async ({ cookie }) =>
      () =>
        server.call('GET', '/api/account/export', { cookie }),
  },
  registrationsByAddress: {
    ...{ value: 2, atOnce: 2, code: 'too_many_tries' },
    begin: async () => {
      const address = `2001:db8:${Math.floor(Math.random() * 65_536).toString(16)}::1`
      return () => register(address)
    },
  },
  registrations: {
    ...{ value: 2, atOnce: 2, code: 'too_many_tries' },
    begin: async () => {
      let addresses = 0
      return () => register(`198.51.100.${(addresses += 1)}`)
    },
  },
} as const satisfies Partial<Record<LimitName, RequestCase>>

function register(address: string): Promise<Answer> {
  const handle = `r-${uuidv7().slice(-12)}`
  const body = { handle, name: handle, password: PASSWORD }
  return server.call('POST', '/api/register', { body, headers: { 'x-forwarded-for': address } })
}

const COMMAND_NAMES = LIMIT_NAMES.filter((name): name is keyof typeof CASES => name in CASES)
const REQUEST_NAMES = LIMIT_NAMES.filter((name): name is keyof typeof REQUESTS => name in REQUESTS)

test('every limit has its case', () => {
  expect([...COMMAND_NAMES, ...REQUEST_NAMES]).toEqual(LIMIT_NAMES)
})

describe.each(REQUEST_NAMES)('%s', (name) => {
  test('what may be done at once goes, the rest is told when it may, and goes then', async () => {
    const { value, atOnce, code, begin }: RequestCase = REQUESTS[name]
    const next = await begin(await server.join(`a-${uuidv7().slice(-10)}`))
    Object.assign(values, { [toLimitSetting(name, false)]: value })
    try {
      for (let done = 0; done < atOnce; done += 1) expect((await next()).status).toBeLessThan(300)
      const slowed = await next()
      expect([slowed.status, codeOf(slowed)]).toEqual([429, code])
      const { retryAfterMs = 0 } = (slowed.body as { error: { retryAfterMs?: number } }).error
      expect(retryAfterMs).toBeGreaterThan(0)
      expect(retryAfterMs).toBeLessThanOrEqual(LIMIT_PERIOD_MS[getLimit(name).per] / atOnce)
      expect(slowed.headers['retry-after']).toBe(String(Math.ceil(retryAfterMs / 1000)))
      await opened.pass(retryAfterMs)
      expect((await next()).status).toBeLessThan(300)
      expect((await next()).status).toBe(429)
    } finally {
      Object.assign(values, { [toLimitSetting(name, false)]: undefined })
    }
  })
})

async function sendByHttp(cookie: string, commands: readonly Command[]): Promise<CommandResult[]> {
  const body = { commands }
  const answer = await server.call('POST', '/api/commands', { cookie, body })
  return v.parse(commandsAnswer, answer.body).results
}

const WAYS = ['HTTP', 'a socket', 'a socket, each answered before the next'] as const

describe.each(COMMAND_NAMES)('%s', (name) => {
  test.each(WAYS)('what may be done at once goes, the rest waits as long as it says: over %s', async (way) => {
    const { value, atOnce, begin }: Case = CASES[name]
    const me = await server.join(`a-${uuidv7().slice(-10)}`)
    const next = await begin(me.userId)
    Object.assign(values, { [toLimitSetting(name, false)]: value })
    const speaker = await openSpeaker(server, me)
    const sendAll = async (commands: readonly Command[]) => {
      if (way === 'HTTP') return sendByHttp(me.cookie, commands)
      if (way === 'a socket') return speaker.send(commands)
      const results: CommandResult[] = []
      for (const command of commands) results.push(...(await speaker.send([command])))
      return results
    }
    try {
      const commands: Command[] = []
      while (commands.length < atOnce + 2) commands.push(await next())
      const results = await sendAll(commands)
      expect(results.map(toCode)).toEqual([...Array<string>(atOnce).fill('accepted'), 'slow_down', 'slow_down'])
      const waits = results.flatMap((one) => (one.status === 'refused' ? [one.retryAfterMs ?? 0] : []))
      const { per } = getLimit(name)
      const periodMs = LIMIT_PERIOD_MS[per]
      // Those who wait come one after the other: each as long after the last one as a drop takes.
      const dropMs = (periodMs / atOnce) * getLimit(name).burst
      expect(waits[0]).toBeGreaterThan(0)
      expect(waits[0]).toBeLessThanOrEqual(dropMs)

      await opened.pass(waits[0] ?? 0)
      const [first, second] = [commands.at(-2), commands.at(-1)].filter((one) => one !== undefined)
      if (first === undefined || second === undefined) throw new Error('there are no commands')
      expect((await sendAll([first, second])).map(toCode)).toEqual(['accepted', 'slow_down'])
      await opened.pass(dropMs)
      expect((await sendAll([second])).map(toCode)).toEqual(['accepted'])
    } finally {
      Object.assign(values, { [toLimitSetting(name, false)]: undefined })
      speaker.close()
    }
  })
})

function toCode(result: CommandResult): string {
  return result.status === 'refused' ? result.code : result.status
}
