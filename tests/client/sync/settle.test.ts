import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import type { OutboxEntry, OutboxState } from '../../../client/sync/database.ts'
import { listWaiting, settle } from '../../../client/sync/settle.ts'
import type { Command } from '../../../shared/protocol/commands.ts'
import type { ErrorCode } from '../../../shared/protocol/errors.ts'
import type { CommandResult } from '../../../shared/protocol/results.ts'
import { ann, arrange, commandId, edit, entry, exampleId, group, message, react } from '../data/example.ts'
import { refused, remove, send } from '../data/example.ts'
import { fill, readAll, stores, type OpenStore } from './stores.ts'

const accepted = (id: string, seq: number): CommandResult => ({ status: 'accepted', id, seq })
const refuses = (id: string, code: ErrorCode = 'not_a_member'): CommandResult => ({
  ...{ status: 'refused', id, code, message: 'No.' },
})
const read = (n: number): Command => ({ type: 'read', id: commandId(), conversationId: group, n })
const no: OutboxState = { kind: 'refused', code: 'not_a_member', message: 'No.' }

describe.each(stores)('settling in the %s store', (_, openStore) => {
  let open: OpenStore
  beforeEach(() => {
    open = openStore()
  })
  afterEach(() => open.close())

  const states = async () => (await readAll(open.store)).outbox.map(({ state }) => state)

  /** Settles these results where the cursor is 10, and returns the states that are left. */
  async function settled(outbox: readonly OutboxEntry[], results: readonly CommandResult[]): Promise<OutboxState[]> {
    await fill(open.store, { outbox, position: { epoch: 'e1', cursor: 10 } })
    await open.store.transact((tables) => settle(tables, results))
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
    await fill(open.store, { outbox: [one], position: { epoch: 'e1', cursor: 0, next: 'page 2' } })
    await open.store.transact((tables) => settle(tables, [accepted(one.id, 0)]))
    expect(await states()).toEqual([{ kind: 'accepted', seq: 0 }])
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
    await open.store.transact((tables) => settle(tables, [refuses(one.id), accepted(one.id, 13)]))
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
    const [one, foreign] = [entry(send('one')), entry(send('two'))]
    await fill(open.store, { rows: [message(3, { id: one.id, authorId: ann })] })
    const left = await settled([one, foreign], [refuses(one.id, 'id_taken'), refuses(foreign.id, 'id_taken')])
    expect(left).toMatchObject([{ kind: 'refused', code: 'id_taken' }])
  })

  test('what waits is listed in the order of writing, and nothing else', async () => {
    const [one, two, three] = [entry(send('one')), entry(send('two')), entry(send('three'), refused)]
    const four = entry(send('four'), { kind: 'accepted', seq: 12 })
    await fill(open.store, { outbox: [four, three, two, { ...one, position: -3 }] })
    const waiting = await open.store.transact((tables) => listWaiting(tables))
    expect(waiting.map(({ id }) => id)).toEqual([one.id, two.id])
  })
})
