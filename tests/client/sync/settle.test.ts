import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import type { OutboxEntry, OutboxState } from '../../../client/sync/database.ts'
import { createCampusKind } from '../../../client/sync/campus-kind.ts'
import { listWaiting, settle } from '../../../client/sync/settle.ts'
import type { Command, CommandOf } from '../../../shared/protocol/commands.ts'
import { ERROR_CODES, ERRORS, type ErrorCode } from '../../../shared/protocol/errors.ts'
import type { CommandResult } from '../../../shared/protocol/results.ts'
import type { MessageRow } from '../../../shared/protocol/rows.ts'
import { ann, arrange, ben, commandId, edit, entry, eva, exampleId, group, message, MINUTE } from '../data/example.ts'
import { NOON, react, refused, remove, send } from '../data/example.ts'
import { fill, readAll, stores, type OpenStore } from './stores.ts'

const accepted = (id: string, seq: number): CommandResult => ({ status: 'accepted', id, seq })
const refuses = (id: string, code: ErrorCode = 'not_a_member'): CommandResult => ({
  ...{ status: 'refused', id, code, message: 'No.' },
})
const read = (n: number): Command => ({ type: 'read', id: commandId(), conversationId: group, n })
const self = (now = NOON) => ({ me: ann, now, newId: commandId })
const no: OutboxState = { kind: 'refused', code: 'not_a_member', message: 'No.' }

describe.each(stores)('settling in the %s store', (_, openStore) => {
  let open: OpenStore
  beforeEach(() => {
    open = openStore()
  })
  afterEach(() => open.close())

  const states = async () => (await readAll(open.store)).outbox.map(({ state }) => state)

  /** Settles these results where the cursor is 10, and returns the states that are left. */
  async function settled(
    outbox: readonly OutboxEntry[],
    results: readonly CommandResult[],
    now = NOON,
  ): Promise<OutboxState[]> {
    await fill(open.store, { outbox, position: { lineage: 'l1', cursor: 10 } })
    await open.store.transact((tables) => settle(tables, results, self(now)))
    return states()
  }

  test('accepted ahead of the cursor stays until its rows come', async () => {
    const one = entry(send('one'))
    expect(await settled([one], [accepted(one.id, 11)])).toEqual([{ kind: 'accepted', seq: 11 }])
  })

  test('accepted where the rows are here already goes at once', async () => {
    const one = entry(send('one'))
    expect(await settled([one], [accepted(one.id, 10)])).toEqual([])
  })

  test('accepted while a first pull is under way stays, as the rows may still be to come', async () => {
    const one = entry(send('one'))
    await fill(open.store, { outbox: [one], position: { lineage: 'l1', cursor: 0, next: 'page 2' } })
    await open.store.transact((tables) => settle(tables, [accepted(one.id, 0)], self()))
    expect(await states()).toEqual([{ kind: 'accepted', seq: 0 }])
  })

  test('accepted while a pull has more pages stays, as its row may have changed since', async () => {
    const one = entry(send('one'))
    await fill(open.store, { outbox: [one], position: { lineage: 'l1', cursor: 10, behind: true } })
    await open.store.transact((tables) => settle(tables, [accepted(one.id, 9)], self()))
    expect(await states()).toEqual([{ kind: 'accepted', seq: 9 }])
  })

  test('refused stays with its reason', async () => {
    const one = entry(send('one'))
    expect(await settled([one], [refuses(one.id)])).toEqual([no])
  })

  test('one refused does not touch its neighbours', async () => {
    const [one, two, three] = [entry(send('one')), entry(send('two')), entry(send('three'))]
    const left = await settled([one, two, three], [accepted(one.id, 10), refuses(two.id), accepted(three.id, 12)])
    expect(left).toEqual([no, { kind: 'accepted', seq: 12 }])
  })

  test('an answer to something unknown changes nothing', async () => {
    const one = entry(send('one'))
    expect(await settled([one], [accepted(commandId(), 5), refuses(commandId())])).toEqual([{ kind: 'waiting' }])
  })

  test('an answer that comes again changes nothing', async () => {
    const one = entry(send('one'))
    await settled([one], [accepted(one.id, 12)])
    await open.store.transact((tables) => settle(tables, [refuses(one.id), accepted(one.id, 13)], self()))
    expect(await states()).toEqual([{ kind: 'accepted', seq: 12 }])
  })

  test('of two answers at once the first counts', async () => {
    const [one, two] = [entry(send('one')), entry(send('two'))]
    const twice = [accepted(one.id, 12), refuses(one.id), refuses(two.id), accepted(two.id, 10)]
    expect(await settled([one, two], twice)).toEqual([{ kind: 'accepted', seq: 12 }, no])
  })

  test('what a person was told is refused stays so', async () => {
    const one = entry(send('one'), refused)
    expect(await settled([one], [accepted(one.id, 10)])).toEqual([refused])
  })

  test('reading where one is no more goes silently', async () => {
    const one = entry(read(4))
    expect(await settled([one], [refuses(one.id)])).toEqual([])
  })

  const pin = (pinned: boolean): Command => ({
    ...{ type: 'message.pin', id: commandId(), conversationId: group, messageId: exampleId(1), pinned },
  })
  const draftSet: Command = {
    ...{ type: 'draft.set', id: commandId(), conversationId: group, text: 'begun', replyToId: null, changedAt: 1 },
  }
  const receive: Command = { type: 'receive', id: commandId(), positions: [{ conversationId: group, n: 3 }] }
  const picture: Command = { type: 'profile.picture', id: commandId(), picture: null }
  const silent: [string, Command, ErrorCode][] = [
    ['receiving where one is no more', receive, 'not_a_member'],
    ['drafting where one is no more', draftSet, 'not_a_member'],
    ['drafting too much', draftSet, 'text_too_long'],
    ['arranging where one is no more', arrange({ pinned: true }), 'not_a_member'],
    ['deleting what is not there', remove(exampleId(1)), 'not_found'],
    ['deleting what was deleted', remove(exampleId(1)), 'message_deleted'],
    ['pinning what was deleted', pin(true), 'message_deleted'],
    ['taking down what is not there', pin(false), 'not_found'],
    ['taking down where one is no more', pin(false), 'not_a_member'],
    ['taking a reaction away', react(exampleId(1), '👍', false), 'not_a_member'],
    ['reacting to what was deleted', react(exampleId(1), '👍'), 'message_deleted'],
    ['a picture that is there already', picture, 'id_taken'],
  ]
  test.each(silent)('%s goes silently', async (_, command, code) => {
    const one = entry(command)
    expect(await settled([one], [refuses(one.id, code)])).toEqual([])
  })

  const told: [string, Command, ErrorCode][] = [
    ['deleting where one may not', remove(exampleId(1)), 'not_author'],
    ['editing what was deleted', edit(exampleId(1), 'better'), 'message_deleted'],
    ['pinning one too many', pin(true), 'too_many_pins'],
    ['pinning where one may not', pin(true), 'forbidden'],
    ['a reaction too many', react(exampleId(1), '👍'), 'too_many_reactions'],
    ['a reaction that is no emoji', react(exampleId(1), 'no'), 'not_an_emoji'],
    ['replying to another conversation', send('yes'), 'reply_elsewhere'],
    ['mentioning a stranger', send('@eva'), 'mention_stranger'],
    ['a picture that is none', picture, 'bad_picture'],
  ]
  test.each(told)('%s stays with its reason', async (_, command, code) => {
    const one = entry(command)
    expect(await settled([one], [refuses(one.id, code)])).toEqual([{ kind: 'refused', code, message: 'No.' }])
  })

  test('a message whose id is taken by itself is there already', async () => {
    const one = entry(send('one'))
    await fill(open.store, { rows: [message(3, { id: one.id, authorId: ann })] })
    expect(await settled([one], [refuses(one.id, 'id_taken')])).toEqual([])
  })

  const takers: [string, (id: string) => MessageRow[]][] = [
    ['somebody else', (id) => [message(3, { id, authorId: ben })]],
    ['oneself in another conversation', (id) => [message(3, { id, authorId: ann, conversationId: exampleId(200) })]],
    ['what this device does not see', () => []],
  ]
  test.each(takers)('a message whose id is taken by %s goes out under another one', async (_, rows) => {
    const one = entry(send('one'))
    await fill(open.store, { rows: rows(one.id) })
    expect(await settled([one], [refuses(one.id, 'id_taken')])).toEqual([{ kind: 'waiting' }])
    const [again] = (await readAll(open.store)).outbox
    expect(again?.id).not.toBe(one.id)
    expect(again).toEqual({ ...one, id: again?.id, command: { ...one.command, id: again?.id } })
  })

  /** One of each kind. */
  const all: Command[] = [
    ...[send('one'), edit(exampleId(1), 'better'), remove(exampleId(1)), pin(true), react(exampleId(1), '👍')],
    { type: 'message.hide', id: commandId(), conversationId: group, messageId: exampleId(1), hidden: true },
    ...[read(4), receive, draftSet, arrange({ pinned: true }), picture],
    { type: 'direct.create', id: commandId(), conversationId: group, userId: ben },
    { type: 'group.create', id: commandId(), conversationId: group, title: 'Film club', userIds: [ben] },
    { type: 'group.rename', id: commandId(), conversationId: group, title: 'Films' },
    { type: 'group.hand-over', id: commandId(), conversationId: group, userId: ben },
    { type: 'member.add', id: commandId(), conversationId: group, userIds: [ben] },
    { type: 'member.remove', id: commandId(), conversationId: group, userId: ben },
    { type: 'member.leave', id: commandId(), conversationId: group },
    { type: 'profile.rename', id: commandId(), name: 'Anna' },
    { type: 'preference.set', id: commandId(), seen: false },
  ]
  const passing = ERROR_CODES.filter((code) => ERRORS[code].retry)
  test.each(passing)(
    '%s is the server’s own trouble: nothing is refused or dropped for it, all is tried again',
    async (code) => {
      const entries = all.map((command) => entry(command))
      const slowed = code === 'slow_down' && { slowed: true }
      const hold = { from: NOON, until: NOON + MINUTE, ...slowed }
      const left = await settled(
        entries,
        entries.map(({ id }) => refuses(id, code)),
      )
      expect(left).toEqual(entries.map(() => ({ kind: 'waiting', hold })))
      const due = (now: number) => open.store.transact((tables) => listWaiting(tables, now))
      expect(await due(NOON + MINUTE - 1)).toEqual([])
      expect((await due(NOON + MINUTE)).map(({ id }) => id)).toEqual(entries.map(({ id }) => id))
      // A clock that was set back holds nothing for longer.
      expect(await due(NOON - 1)).toHaveLength(entries.length)
    },
  )

  /** What is said again by itself, or is gone whoever looks. */
  const droppable: Partial<Record<Command['type'], readonly ErrorCode[]>> = {
    ...{ read: ERROR_CODES, receive: ERROR_CODES, 'draft.set': ERROR_CODES, 'conversation.set': ERROR_CODES },
    'message.delete': ['not_found', 'message_deleted'],
    'message.pin': ['not_found', 'message_deleted'],
    'message.hide': ['not_found', 'message_deleted', 'not_a_member'],
    'reaction.set': ['not_found', 'message_deleted'],
    'profile.picture': ['id_taken'],
  }
  const final = ERROR_CODES.filter((code) => !ERRORS[code].retry)
  test.each(final)('refused with %s, what somebody wrote or decided stays', async (code) => {
    const entries = all.map((command) => entry(command))
    await settled(
      entries,
      entries.map(({ id }) => refuses(id, code)),
    )
    const left = (await readAll(open.store)).outbox.map(({ command }) => command.type)
    const kept = all.map(({ type }) => type).filter((type) => droppable[type]?.includes(code) !== true)
    expect(left).toEqual(kept)
  })

  describe('what is offered because the log lost it', () => {
    const DAY = 24 * 60 * MINUTE
    const offer = (command: Command) => entry(command, { kind: 'waiting', offeredAt: NOON })
    const patient = ['not_a_member', 'not_found', 'only_creator', 'reply_elsewhere', 'mention_stranger'] as const

    test.each(patient)('and refused with %s waits for what others offer, for seven days', async (code) => {
      const one = offer(send('one'))
      for (const days of [0, 1, 6.99]) {
        const now = NOON + days * DAY
        const [state] = await settled([one], [refuses(one.id, code)], now)
        expect(state).toMatchObject({ kind: 'waiting', offeredAt: NOON, hold: { from: now } })
        expect(await open.store.transact((tables) => listWaiting(tables, now))).toEqual([])
        expect(await open.store.transact((tables) => listWaiting(tables, now + 60 * MINUTE))).toHaveLength(1)
      }
      expect(await settled([one], [refuses(one.id, code)], NOON + 7 * DAY)).toEqual([
        { kind: 'refused', code, message: 'No.' },
      ])
    })

    test('and refused for what no time mends is left to its writer at once', async () => {
      const one = offer(send('one'))
      const left = await settled([one], [refuses(one.id, 'text_too_long')])
      expect(left).toEqual([{ kind: 'refused', code: 'text_too_long', message: 'No.' }])
    })

    const besides: [ErrorCode, Partial<CommandOf<'message.send'>>][] = [
      ['reply_elsewhere', { replyToId: null }],
      ['mention_stranger', { mentions: [] }],
    ]
    test.each(besides)('loses after an hour of %s what keeps its words from going', async (code, without) => {
      const one = offer(send('one', group, { replyToId: exampleId(1), mentions: [eva] }))
      const commandAfter = async (ms: number) => {
        await settled([one], [refuses(one.id, code)], NOON + ms)
        return (await readAll(open.store)).outbox[0]?.command
      }
      expect(await commandAfter(59 * MINUTE)).toEqual(one.command)
      expect(await commandAfter(60 * MINUTE)).toEqual({ ...one.command, ...without })
    })

    test('holds back, while it is held, what builds on it, and nothing else', async () => {
      const created = offer({
        type: 'group.create',
        id: commandId(),
        conversationId: group,
        title: 'Club',
        userIds: [],
      })
      const [inIt, elsewhere] = [offer(send('in it')), offer(send('elsewhere', exampleId(200)))]
      await settled([created, inIt, elsewhere], [refuses(created.id, 'not_found')])
      const due = (now: number) => open.store.transact((tables) => listWaiting(tables, now))
      expect(await due(NOON)).toEqual([elsewhere])
      expect((await due(NOON + MINUTE)).map(({ id }) => id)).toEqual([created.id, inIt.id, elsewhere.id])
    })
  })

  test.each(['internal', 'unavailable'])(
    'a whole request refused with %s says that nothing can be taken now',
    (code) => {
      expect(createCampusKind(ann, { now: () => NOON }).toEnding({ code })).toBe('unavailable')
    },
  )

  test('what waits is listed in the order of writing, and nothing else', async () => {
    const [one, two, three] = [entry(send('one')), entry(send('two')), entry(send('three'), refused)]
    const four = entry(send('four'), { kind: 'accepted', seq: 12 })
    await fill(open.store, { outbox: [four, three, two, { ...one, position: -3 }] })
    const waiting = await open.store.transact((tables) => listWaiting(tables, NOON))
    expect(waiting.map(({ id }) => id)).toEqual([one.id, two.id])
  })
})
