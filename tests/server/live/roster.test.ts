import { expect, test } from 'vitest'
import { createRoster, type LoadedMemberships } from '../../../server/live/roster.ts'
import type { MemberRow } from '../../../shared/protocol/rows.ts'

const member = (conversationId: string, seq: number, removed = false): MemberRow => ({
  type: 'member',
  seq,
  conversationId,
  userId: 'ann',
  since: seq,
  removed,
})
const to = (conversationId: string) => ({ kind: 'members', conversationId }) as const

/** A roster whose loading a test lets happen. */
function createLoading(loaded: LoadedMemberships) {
  const waiting: (() => void)[] = []
  let loads = 0
  const roster = createRoster(async () => {
    loads += 1
    await new Promise<void>((resolve) => waiting.push(resolve))
    return loaded
  })
  return { roster, let: () => waiting.shift()?.(), loads: () => loads }
}

test('nobody is known before they were learnt', () => {
  const { roster } = createLoading({ changedAt: 0, conversations: [] })
  expect(roster.find('ann')).toBeUndefined()
  expect(roster.apply(member('one', 5))).toBe(false)
  expect(roster.mayHear('ann', to('one'))).toBe(false)
})
test('learning twice at once loads once', async () => {
  const { roster, let: letLoad, loads } = createLoading({ changedAt: 3, conversations: ['one'] })
  const both = [roster.learn('ann'), roster.learn('ann')]
  letLoad()
  await Promise.all(both)
  await roster.learn('ann')
  expect(loads()).toBe(1)
  expect([...roster.listIn('one')]).toEqual(['ann'])
})
test('what changes while it loads is applied after, unless the load has seen it', async () => {
  const { roster, let: letLoad } = createLoading({ changedAt: 6, conversations: ['one', 'other'] })
  const learnt = roster.learn('ann')
  roster.apply(member('other', 5, true))
  roster.apply(member('one', 7, true))
  roster.apply(member('third', 8))
  letLoad()
  await learnt
  expect(roster.find('ann')).toEqual({ changedAt: 8, conversations: new Set(['other', 'third']) })
  expect([...roster.listIn('one')]).toEqual([])
})
test('an old change of a membership is no news', async () => {
  const { roster, let: letLoad } = createLoading({ changedAt: 6, conversations: ['one'] })
  const learnt = roster.learn('ann')
  letLoad()
  await learnt
  expect(roster.apply(member('one', 6, true))).toBe(false)
  expect(roster.apply(member('one', 7, true))).toBe(true)
  expect(roster.mayHear('ann', to('one'))).toBe(false)
})
test('whoever is forgotten is in nothing', async () => {
  const { roster, let: letLoad } = createLoading({ changedAt: 1, conversations: ['one'] })
  const learnt = roster.learn('ann')
  letLoad()
  await learnt
  roster.forget('ann')
  expect([...roster.listIn('one')]).toEqual([])
  expect(roster.mayHear('ann', to('one'))).toBe(false)
})
test('a load that fails is tried again by the next who learns', async () => {
  let isDown = true
  const roster = createRoster(async () => {
    if (isDown) throw new Error('gone')
    return { changedAt: 1, conversations: ['one'] }
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
    const roster = createRoster(async () => ({ changedAt: 1, conversations }))
    const learnt = roster.learn('ann')
    for (let turn = 0; turn < turns; turn += 1) await Promise.resolve()
    conversations = []
    roster.clear()
    await learnt
    expect(roster.mayHear('ann', to('left since'))).toBe(false)
  },
)
