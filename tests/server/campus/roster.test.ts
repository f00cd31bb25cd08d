import { expect, test } from 'vitest'
import { createRoster, REMEMBERED_MS } from '../../../server/campus/roster.ts'
import type { LoadedRosterEntry } from '../../../server/campus/load-roster.ts'
import type { MemberRow, PreferenceRow } from '../../../shared/protocol/rows.ts'
import { createFakeClock } from '../../support/fake-clock.ts'

const member = (conversationId: string, seq: number, removed = false): MemberRow => ({
  type: 'member',
  seq,
  conversationId,
  userId: 'ann',
  since: seq,
  removed,
})
const preference = (seq: number, seen: boolean): PreferenceRow => ({ type: 'preference', seq, seen, presence: !seen })
const to = (conversationId: string) => ({ kind: 'members', conversationId }) as const
const toSeers = (conversationId: string) => ({ kind: 'seers', conversationId }) as const
const loadedAt = (changedAt: number, ...conversations: string[]): LoadedRosterEntry => ({
  changedAt,
  conversations,
  seen: true,
  presence: true,
  blocked: new Set(),
})

const toAll = (userIds: readonly string[], loaded: LoadedRosterEntry) =>
  new Map(userIds.map((userId) => [userId, structuredClone(loaded)]))

/** A roster whose loading a test lets happen. */
function createLoading(loaded: LoadedRosterEntry) {
  const waiting: (() => void)[] = []
  const loads: (readonly string[])[] = []
  const clock = createFakeClock()
  const roster = createRoster({
    clock,
    async load(userIds) {
      loads.push(userIds)
      await new Promise<void>((resolve) => waiting.push(resolve))
      return toAll(userIds, loaded)
    },
  })
  return { roster, clock, let: () => waiting.shift()?.(), loads }
}

test('nobody is known before they were learnt', () => {
  const { roster } = createLoading(loadedAt(0))
  expect(roster.find('ann')).toBeUndefined()
  expect(roster.apply('ann', member('one', 5))).toBe(false)
  expect(roster.mayHear('ann', to('one'))).toBe(false)
})
test('learning twice at once loads once', async () => {
  const { roster, let: letLoad, loads } = createLoading(loadedAt(3, 'one'))
  const both = [roster.learn('ann'), roster.learn('ann')]
  letLoad()
  await Promise.all(both)
  await roster.learn('ann')
  expect(loads).toEqual([['ann']])
  expect([...roster.listIn(to('one'))]).toEqual(['ann'])
})
test('what changes while it loads is applied after, unless the load has seen it', async () => {
  const { roster, let: letLoad } = createLoading(loadedAt(6, 'one', 'other'))
  const learnt = roster.learn('ann')
  roster.apply('ann', member('other', 5, true))
  roster.apply('ann', member('one', 7, true))
  roster.apply('ann', member('third', 8))
  letLoad()
  await learnt
  expect(roster.find('ann')).toEqual({ ...loadedAt(8), conversations: new Set(['other', 'third']) })
  expect([...roster.listIn(to('one'))]).toEqual([])
})
test('an old change of a membership is no news', async () => {
  const { roster, let: letLoad } = createLoading(loadedAt(6, 'one'))
  const learnt = roster.learn('ann')
  letLoad()
  await learnt
  expect(roster.apply('ann', member('one', 6, true))).toBe(false)
  expect(roster.apply('ann', member('one', 7, true))).toBe(true)
  expect(roster.mayHear('ann', to('one'))).toBe(false)
})
test('what only those hear who let others know what they have seen ends and begins with their choice', async () => {
  const { roster, let: letLoad } = createLoading(loadedAt(6, 'one'))
  const learnt = roster.learn('ann')
  letLoad()
  await learnt
  expect([...roster.listIn(toSeers('one'))]).toEqual(['ann'])
  expect(roster.apply('ann', preference(7, false))).toBe(true)
  expect(roster.find('ann')).toMatchObject({ seen: false, presence: true, changedAt: 7 })
  expect([...roster.listIn(toSeers('one'))]).toEqual([])
  expect([...roster.listIn(to('one'))]).toEqual(['ann'])
  expect([roster.mayHear('ann', toSeers('one')), roster.mayHear('ann', to('one'))]).toEqual([false, true])
  expect(roster.apply('ann', preference(7, true))).toBe(false)
  expect(roster.apply('ann', preference(8, true))).toBe(true)
  expect(roster.mayHear('ann', toSeers('one'))).toBe(true)
  expect(roster.mayHear('ann', toSeers('other'))).toBe(false)
})
test('a choice that is made while it loads is applied after', async () => {
  const { roster, let: letLoad } = createLoading(loadedAt(6, 'one'))
  const learnt = roster.learn('ann')
  roster.apply('ann', preference(7, false))
  letLoad()
  await learnt
  expect(roster.mayHear('ann', toSeers('one'))).toBe(false)
})
test('whoever is forgotten is remembered for some minutes, and then in nothing', async () => {
  const { roster, clock, let: letLoad } = createLoading(loadedAt(1, 'one'))
  const learnt = roster.learn('ann')
  letLoad()
  await learnt
  roster.forget('ann')
  clock.advance(REMEMBERED_MS - 1)
  roster.forget('somebody')
  expect([...roster.listIn(to('one'))]).toEqual(['ann'])
  clock.advance(1)
  roster.forget('somebody')
  expect([...roster.listIn(to('one'))]).toEqual([])
  expect(roster.mayHear('ann', to('one'))).toBe(false)
  expect(roster.find('ann')).toBeUndefined()
})
test('whoever is back within these minutes is not let go when they are over, and costs no load', async () => {
  const { roster, clock, let: letLoad, loads } = createLoading(loadedAt(1, 'one'))
  const learnt = roster.learn('ann')
  letLoad()
  await learnt
  roster.forget('ann')
  clock.advance(REMEMBERED_MS - 1)
  await roster.learn('ann')
  clock.advance(REMEMBERED_MS)
  roster.forget('somebody')
  expect(roster.mayHear('ann', to('one'))).toBe(true)
  expect(loads).toHaveLength(1)
})
test('what changes while somebody is only remembered is known when they are back', async () => {
  const { roster, let: letLoad } = createLoading(loadedAt(1, 'one'))
  const learnt = roster.learn('ann')
  letLoad()
  await learnt
  roster.forget('ann')
  roster.apply('ann', member('one', 2, true))
  roster.apply('ann', member('other', 3))
  await roster.learn('ann')
  expect(roster.find('ann')).toEqual({ ...loadedAt(3), conversations: new Set(['other']) })
})
test('all who come while a load is under way are loaded together by the next one', async () => {
  const { roster, let: letLoad, loads } = createLoading(loadedAt(1, 'one'))
  const first = roster.learn('ann')
  const others = Array.from({ length: 300 }, (_, index) => `somebody-${index}`)
  const learnt = others.map((userId) => roster.learn(userId))
  expect(loads).toEqual([['ann']])
  letLoad()
  await first
  await Promise.resolve()
  letLoad()
  await Promise.all(learnt)
  expect(loads).toEqual([['ann'], others])
  expect([...roster.listIn(to('one'))]).toHaveLength(301)
})
test('a load that fails is tried again by the next who learns', async () => {
  let isDown = true
  const roster = createRoster({
    clock: createFakeClock(),
    async load(userIds) {
      if (isDown) throw new Error('gone')
      return toAll(userIds, loadedAt(1, 'one'))
    },
  })
  await expect(roster.learn('ann')).rejects.toThrow('gone')
  isDown = false
  await roster.learn('ann')
  expect(roster.mayHear('ann', to('one'))).toBe(true)
})
test.each(Array.from({ length: 10 }, (_, turns) => turns))(
  'what was loaded before everybody was forgotten is never taken for present, %i turns into the load',
  async (turns) => {
    let conversations = ['left since']
    const roster = createRoster({
      clock: createFakeClock(),
      load: async (userIds) => toAll(userIds, loadedAt(1, ...conversations)),
    })
    const learnt = roster.learn('ann')
    for (let turn = 0; turn < turns; turn += 1) await Promise.resolve()
    conversations = []
    roster.clear()
    await learnt
    expect(roster.mayHear('ann', to('left since'))).toBe(false)
  },
)
