import { expect, test } from 'vitest'
import { toReactions } from '../../../../client/data/messages/reactions.ts'
import type { OutboxEntry } from '../../../../client/sync/database.ts'
import type { ReactionRow } from '../../../../shared/protocol/rows.ts'
import { ann, ben, entry, eva, exampleId, findPerson, react, reaction, refused } from '../example.ts'

const id = exampleId(1_001)

function under(rows: ReactionRow[], entries: OutboxEntry[] = []) {
  const views = toReactions(ann, rows, entries, findPerson).get(id) ?? []
  return views.map(({ emoji, people, mine, waiting }) => [
    `${emoji} ${people.map((person) => person.name).join(' ')}`,
    ...(mine ? ['mine'] : []),
    ...(waiting ? ['waiting'] : []),
  ])
}

test('emoji stand in the order in which they first came, each with whose it is', () => {
  const rows = [reaction(1, eva, ['🎉', '👍'], 7), reaction(1, ben, ['👍'], 5), reaction(1, ann, ['👍'], 9)]
  expect(under(rows)).toEqual([['👍 Ben Eva Ann', 'mine'], ['🎉 Eva']])
})

test('one’s own reaction shows at once and waits', () => {
  const rows = [reaction(1, ben, ['👍'], 5)]
  expect(under(rows, [entry(react(id, '👍')), entry(react(id, '🎉'))])).toEqual([
    ['👍 Ben Ann', 'mine', 'waiting'],
    ['🎉 Ann', 'mine', 'waiting'],
  ])
})

test('a reaction taken away goes at once, and the last one takes its emoji with it', () => {
  const rows = [reaction(1, ann, ['👍', '🎉'], 5), reaction(1, ben, ['👍'], 6)]
  expect(under(rows, [entry(react(id, '👍', false)), entry(react(id, '🎉', false))])).toEqual([['👍 Ben', 'waiting']])
})

test('of a reaction set and taken away again nothing is left', () => {
  expect(under([], [entry(react(id, '👍')), entry(react(id, '👍', false))])).toEqual([])
})

test('a refused reaction does not show, an accepted one waits no more', () => {
  expect(under([], [entry(react(id, '👍'), refused)])).toEqual([])
  expect(under([], [entry(react(id, '👍'), { kind: 'accepted', seq: 9 })])).toEqual([['👍 Ann', 'mine']])
})

test('a tombstone is nobody’s reaction', () => {
  expect(under([reaction(1, ben, [], 5)])).toEqual([])
})
