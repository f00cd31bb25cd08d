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
import { type ApiServer, createApiServer } from '../http/api-server.ts'
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
  server = await createApiServer(backend.store, { commandLimits: opened.limits })
})
afterAll(async () => {
  await server.close()
  await opened.close()
  await backend.dispose()
})

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

const CASES: Record<LimitName, Case> = {
  commands: { value: 1, atOnce: 5, begin: async () => () => ({ type: 'preference.set', id: uuidv7(), seen: true }) },
  messages: {
    ...{ value: 1, atOnce: 5 },
    begin: async (me) => {
      const group = await inGroup(me)
      return () => send(group, 'one of many')
    },
  },
  messagesToEveryone: { value: 1, atOnce: 5, begin: async () => () => send(EVERYONE_ID, 'to all of you') },
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
}

test('every limit has its case', () => {
  expect(Object.keys(CASES)).toEqual(LIMIT_NAMES)
})

async function sendByHttp(cookie: string, commands: readonly Command[]): Promise<CommandResult[]> {
  const body = { commands }
  const answer = await server.call('POST', '/api/commands', { cookie, body })
  return v.parse(commandsAnswer, answer.body).results
}

const WAYS = ['HTTP', 'a socket', 'a socket, each answered before the next'] as const

describe.each(LIMIT_NAMES)('%s', (name) => {
  test.each(WAYS)('what may be done at once goes, the rest waits as long as it says: over %s', async (way) => {
    const { value, atOnce, begin } = CASES[name]
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
