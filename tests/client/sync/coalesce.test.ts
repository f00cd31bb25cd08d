import { expect, test } from 'vitest'
import { coalesce } from '../../../client/sync/coalesce.ts'
import type { OutboxEntry, OutboxState } from '../../../client/sync/database.ts'
import type { Command, CommandOf } from '../../../shared/protocol/commands.ts'
import { RECEIVED_MAX } from '../../../shared/protocol/limits.ts'
import { arrange, commandId, entry, exampleId, group, hide, NOON, refused, send } from '../data/example.ts'

const other = exampleId(101)
const read = (n: number, conversationId = group): Command => ({ type: 'read', id: commandId(), conversationId, n })
const draft = (text: string, changedAt: number): CommandOf<'draft.set'> => ({
  ...{ type: 'draft.set', id: commandId(), conversationId: group, text, replyToId: null, changedAt: NOON + changedAt },
})
const receive = (...positions: [string, number][]): Command => ({
  ...{ type: 'receive', id: commandId(), positions: positions.map(([conversationId, n]) => ({ conversationId, n })) },
})
const react: Command = {
  ...{ type: 'reaction.set', id: commandId(), conversationId: group, messageId: other, emoji: '👍', on: true },
}

/** What a command becomes beside entries, without its id, and which of them it replaces, counted from 1. */
function joined(entries: readonly OutboxEntry[], command: Command) {
  const { command: result, replaced } = coalesce(entries, command)
  expect(result.id, 'the newer id').toBe(command.id)
  const numbers = replaced.map((position) => entries.findIndex((one) => one.position === position) + 1)
  const { id: _, ...content } = result
  return { content, replaced: numbers }
}

test('what a person said stays as it is, however often it is said', () => {
  for (const command of [send('again'), react]) {
    expect(coalesce([entry(command), entry(send('again'))], command)).toEqual({ command, replaced: [] })
  }
})

test('a position that was read replaces those of the same conversation, and never falls behind them', () => {
  const entries = [entry(read(3)), entry(send('one')), entry(read(7, other)), entry(read(9))]
  expect(joined(entries, read(5))).toEqual({
    content: { type: 'read', conversationId: group, n: 9 },
    replaced: [1, 4],
  })
})

const answered: OutboxState[] = [{ kind: 'accepted', seq: 4 }, refused]
test.each(answered)('what is $kind is never replaced', (state) => {
  const commands = [read(3), draft('old', 1), arrange({ pinned: true }), receive([group, 1])]
  for (const command of commands) {
    expect(coalesce([entry(command, state)], { ...command, id: commandId() }).replaced).toEqual([])
  }
})

test('of two drafts the one that was changed later is kept, whichever came first', () => {
  const older = entry(draft('older', 1))
  expect(joined([older], draft('newer', 2))).toMatchObject({ content: { text: 'newer' }, replaced: [1] })
  const newer = entry(draft('newer', 2))
  expect(joined([newer], draft('older', 1))).toMatchObject({ content: { text: 'newer' }, replaced: [1] })
  expect(joined([newer], draft('', 2))).toMatchObject({ content: { text: '' }, replaced: [1] })
})

test('arrangements of a conversation are merged, and null is one of their values', () => {
  const entries = [entry(arrange({ pinned: true, archivedN: 4 })), entry(arrange({ mutedUntil: NOON }))]
  expect(joined(entries, arrange({ archivedN: null, markedUnread: true }))).toEqual({
    content: {
      ...{ type: 'conversation.set', conversationId: group, pinned: true, mutedUntil: NOON, archivedN: null },
      markedUnread: true,
    },
    replaced: [1, 2],
  })
})

test('an arrangement of another conversation is left alone', () => {
  const elsewhere = entry({ ...arrange({ pinned: true }), conversationId: other } as Command)
  expect(joined([elsewhere], arrange({ pinned: false })).replaced).toEqual([])
})

test('a mark by hand is not moved past the reading that takes it away', () => {
  const entries = [entry(arrange({ markedUnread: true })), entry(read(3))]
  const { content, replaced } = joined(entries, arrange({ pinned: true }))
  expect(replaced).toEqual([])
  expect(content).toEqual({ type: 'conversation.set', conversationId: group, pinned: true })
  const after = [...entries, entry(arrange({ mutedUntil: NOON }))]
  expect(joined(after, arrange({ pinned: true }))).toMatchObject({ content: { mutedUntil: NOON }, replaced: [3] })
})

test('receipts are joined, the furthest of each conversation', () => {
  const entries = [entry(receive([group, 4], [other, 2])), entry(receive([group, 3]))]
  expect(joined(entries, receive([other, 9]))).toEqual({
    content: {
      type: 'receive',
      positions: [
        { conversationId: group, n: 4 },
        { conversationId: other, n: 9 },
      ],
    },
    replaced: [1, 2],
  })
})

test('receipts of more conversations than fit into one stay apart', () => {
  const many = Array.from({ length: RECEIVED_MAX }, (_, index): [string, number] => [exampleId(2_000 + index), 1])
  const entries = [entry(receive(...many))]
  expect(joined(entries, receive([group, 1])).replaced).toEqual([])
  expect(joined(entries, receive([exampleId(2_000), 5])).replaced).toEqual([1])
})

test('whether a message is deleted for oneself is said as it is last, each message by itself', () => {
  const entries = [entry(hide(other)), entry(hide(group)), entry(hide(other, false), refused)]
  expect(joined(entries, hide(other, false))).toMatchObject({ content: { hidden: false }, replaced: [1] })
})
