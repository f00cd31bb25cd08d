import { uuidv7 } from 'uuidv7'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { SERVER_ID } from '../../../server/commands/roles.ts'
import { createLine } from '../../../server/limits/line.ts'
import { createSettings } from '../../../server/settings/settings.ts'
import { createCallers } from '../../../server/limits/callers.ts'
import { createLimits } from '../../../server/limits/limits.ts'
import { createMemoryBuckets } from '../../../server/limits/buckets.ts'
import { getLimit, hasNewcomer, LIMIT_NAMES, NEWCOMER_MS, toLimitSetting } from '../../../shared/operate/limits.ts'
import { SETTINGS } from '../../../shared/operate/settings.ts'
import type { Command } from '../../../shared/protocol/commands.ts'
import { EVERYONE_ID } from '../../../shared/protocol/fields.ts'
import { type Backend, createBackend } from '../../support/backend.ts'
import { type Campus, createCampus, send } from '../../support/campus.ts'
import { createFakeClock } from '../../support/fake-clock.ts'
import { openLimits, type LimitValues } from './open-limits.ts'

/* Newcomers are slowed down sooner, moderators write to Everyone, and what an operator chooses holds. */

let backend: Backend
let campus: Campus
beforeAll(async () => {
  backend = await createBackend()
  campus = createCampus({ store: backend.store })
})
afterAll(() => backend.dispose())

const many = (count: number, conversationId = EVERYONE_ID): Command[] =>
  Array.from({ length: count }, () => send(conversationId, 'Hello'))

/** How many of so many messages to Everyone go at once. */
async function count(userId: string, values: LimitValues, startMs: number, commands = many(40)): Promise<number> {
  const opened = await openLimits(backend, values, { isBare: true, startMs })
  const answers = await opened.limits.admit(userId, commands, createLine())
  await opened.close()
  return answers.filter((one) => one === undefined).length
}

test('for a day somebody is a newcomer, with tighter limits', async () => {
  const values = { 'limits.messages': 4, 'limits.messages.newcomer': 2 } as const
  const registeredAt = Date.now()
  const [early, late] = [await campus.register(), await campus.register()]
  expect(await count(early, values, registeredAt)).toBe(10)
  expect(await count(late, values, registeredAt + NEWCOMER_MS + 60_000)).toBe(20)
})

test('whoever operates this ChatBox is no newcomer, and is counted all the same', async () => {
  const operator = await campus.register()
  const role = { type: 'role.set', id: uuidv7(), userId: operator, role: 'operator' } as const
  await campus.accept(SERVER_ID, role)
  expect(await count(operator, { 'limits.messages': 4, 'limits.messages.newcomer': 2 }, Date.now())).toBe(20)
})

test('moderators write to Everyone as they like, within what anybody may write', async () => {
  const moderator = await campus.register()
  const role = { type: 'role.set', id: uuidv7(), userId: moderator, role: 'moderator' } as const
  await campus.accept(SERVER_ID, role)
  const member = await campus.register()
  const values = { 'limits.messagesToEveryone': 1, 'limits.messagesToEveryone.newcomer': 1 } as const
  expect(await count(member, values, Date.now())).toBe(2)
  expect(await count(moderator, values, Date.now())).toBe(40)
  expect(await count(moderator, { ...values, 'limits.messages': 2 }, Date.now())).toBe(10)
})

test('every limit is tighter for newcomers, never wider, and each has its settings', () => {
  for (const name of LIMIT_NAMES) {
    expect(SETTINGS).toHaveProperty([toLimitSetting(name, false)])
    const { newcomer, default: value } = getLimit(name)
    expect(hasNewcomer(name)).toBe(newcomer !== undefined)
    if (newcomer !== undefined) expect(newcomer).toBeLessThan(value)
  }
})

test('what an operator chooses holds from then on, and what nobody may choose is refused', async () => {
  const clock = createFakeClock()
  const settings = createSettings({ store: backend.store, clock, onError: () => undefined })
  const limits = createLimits({
    ...{ buckets: createMemoryBuckets(clock.now), callers: createCallers(backend.store, clock.now), now: clock.now },
    ...{ getValue: settings.get, findSlowSeconds: () => 0, onError: () => undefined },
  })
  const ann = await campus.register()
  const group = await campus.group(ann)
  const actor = { id: null, via: 'command-line' } as const
  const admitted = async (length: number) =>
    (await limits.admit(ann, many(length, group), createLine())).filter((one) => one === undefined).length
  expect(await admitted(5)).toBe(5)
  for (const value of [0, -1, 1.5, 'none', null, true, '60 KB', 1e16]) {
    const refused = await settings.change(actor, 'limits.messages', value)
    expect(refused?.code, String(value)).toBe(value === null ? undefined : 'bad_request')
  }
  await settings.change(actor, 'limits.messages.newcomer', 1)
  await settings.change(actor, 'limits.messages', 1)
  clock.advance(60 * 60_000)
  expect(await admitted(20)).toBe(5)
  await settings.change(actor, 'limits.messages', 'off')
  await settings.change(actor, 'limits.messages.newcomer', 'off')
  expect(await admitted(100)).toBe(100)
  settings.close()
})
