import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import type { OutboxEntry, Upload } from '../../../../client/sync/database.ts'
import { listWaiting, settle } from '../../../../client/sync/settle.ts'
import type { CommandResult } from '../../../../shared/protocol/results.ts'
import { refusal, type ErrorCode } from '../../../../shared/protocol/errors.ts'
import type { Command } from '../../../../shared/protocol/commands.ts'
import { ann, ben, commandId, edit, entry, exampleId, group, message, MINUTE, NOON } from '../../data/example.ts'
import { pin, react, remove, send } from '../../data/example.ts'
import { fill, readAll, stores, type OpenStore } from '../stores.ts'
import { fileId, upload, withFiles } from './example-uploads.ts'

const whole: Upload['state'] = { kind: 'whole' }
const accepted = (id: string, seq: number): CommandResult => ({ status: 'accepted', id, seq })
const refuses = (id: string, code: ErrorCode = 'file_missing'): CommandResult => ({
  ...{ status: 'refused', id, code, message: 'No.' },
})

describe.each(stores)('a message refused for want of a file, in the %s store', (_, openStore) => {
  let open: OpenStore
  beforeEach(() => {
    open = openStore()
  })
  afterEach(() => open.close())

  const put = (...uploads: readonly Upload[]) =>
    open.store.transact((tables) => Promise.resolve(tables.uploads.bulkPut(uploads)))
  const uploads = () => open.store.transact((tables) => Promise.resolve(tables.uploads.toArray()))
  const outbox = async () => (await readAll(open.store)).outbox
  const due = async (now = NOON) =>
    (await open.store.transact((tables) => listWaiting(tables, now))).map(({ id }) => id)
  async function hear(results: readonly CommandResult[], now = NOON): Promise<void> {
    await open.store.transact((tables) => settle(tables, results, { me: ann, now, newId: commandId }))
  }
  async function hold(...entries: readonly OutboxEntry[]): Promise<void> {
    await fill(open.store, { outbox: entries, position: { lineage: 'l1', cursor: 10 } })
  }

  test('has its files go up once more, under the same ids, and waits for them', async () => {
    const [id, second] = [fileId(), fileId()]
    const one = withFiles('one', [{ id }, { id: second }])
    await hold(one)
    await put(
      upload(one.id, { id, state: whole, sent: 10, isCreated: true }),
      upload(one.id, { id: second, state: whole }),
    )
    await hear([refuses(one.id)])
    expect(await outbox()).toEqual([one])
    expect(await uploads()).toMatchObject([
      { id, state: { kind: 'waiting' }, sent: 0, isCreated: false },
      { id: second, state: { kind: 'waiting' }, sent: 0, isCreated: false },
    ])
    expect(await due()).toEqual([])
  })

  test('and refused for it once more is held for a minute, so that it does not go in circles', async () => {
    const id = fileId()
    const one = withFiles('one', [{ id }])
    await hold(one)
    await put(upload(one.id, { id, state: whole, problem: refusal('file_missing') }))
    await hear([refuses(one.id)])
    await put(upload(one.id, { id, state: whole }))
    expect(await due()).toEqual([])
    expect(await due(NOON + MINUTE)).toEqual([one.id])
  })

  const about: [string, (id: string) => Command, ErrorCode][] = [
    ['an answer', (id) => send('yes', group, { replyToId: id }), 'reply_elsewhere'],
    ['an edit', (id) => edit(id, 'better'), 'not_found'],
    ['its deletion', (id) => remove(id), 'not_found'],
    ['a reaction', (id) => react(id, '👍'), 'not_found'],
    ['a pin', (id) => pin(id), 'not_found'],
    [
      'its files, sent on',
      (id) => {
        const from = { conversationId: group, messageId: id }
        return send('', exampleId(200), { files: [{ id: exampleId(800_999), description: '', from }] })
      },
      'file_missing',
    ],
  ]
  test.each(about)(
    '%s, which was on its way already and is refused too, goes after it',
    async (_name, toCommand, code) => {
      const id = fileId()
      const one = withFiles('one', [{ id }])
      const other = entry(toCommand(one.id))
      await hold(one, other)
      await put(upload(one.id, { id, state: whole }))
      await hear([refuses(one.id), refuses(other.id, code)])
      expect(await outbox()).toEqual([one, other])
      expect(await due()).toEqual([])
      await put(upload(one.id, { id, state: whole }))
      expect(await due()).toEqual([one.id, other.id])
      // It may have been on its way once more, in front of it.
      await hear([refuses(other.id, code), accepted(one.id, 11)])
      expect(await due()).toEqual([other.id])
      await hear([refuses(other.id, code)])
      expect(await due()).toEqual([])
    },
  )

  test('is refused for good where nothing is known of the file here', async () => {
    const one = withFiles('one', [{ id: fileId() }])
    await hold(one)
    await hear([refuses(one.id)])
    expect((await outbox())[0]?.state).toEqual({ kind: 'refused', code: 'file_missing', message: 'No.' })
  })

  const from = { conversationId: group, messageId: exampleId(1_001) }

  test('that somebody else sent is refused for good, and one that the log lost waits for them', async () => {
    const one = withFiles('one', [{ id: fileId(), from }])
    const offered = {
      ...withFiles('offered', [{ id: fileId(), from }]),
      state: { kind: 'waiting', offeredAt: NOON } as const,
    }
    await hold(one, offered)
    await hear([refuses(one.id), refuses(offered.id)])
    expect((await outbox()).map(({ state }) => state)).toMatchObject([
      { kind: 'refused', code: 'file_missing' },
      { kind: 'waiting', hold: { from: NOON } },
    ])
  })

  test('that somebody else sent, beside one of one’s own, is refused once one’s own is there', async () => {
    const id = fileId()
    const one = withFiles('one', [{ id }, { id: fileId(), from }])
    await hold(one)
    await put(upload(one.id, { id, state: whole }))
    await hear([refuses(one.id)])
    expect((await outbox())[0]?.state.kind).toBe('waiting')
    const [again] = await uploads()
    if (again !== undefined) await put({ ...again, state: whole })
    await hear([refuses(one.id)])
    expect((await outbox())[0]?.state).toMatchObject({ kind: 'refused', code: 'file_missing' })
  })

  test('a message that goes out under another id takes its files along', async () => {
    const id = fileId()
    const one = withFiles('one', [{ id }])
    await hold(one)
    await fill(open.store, { rows: [message(3, { id: one.id, authorId: ben })] })
    await put(upload(one.id, { id, state: whole }))
    await hear([refuses(one.id, 'id_taken')])
    const [again] = await outbox()
    expect(again?.id).not.toBe(one.id)
    expect(await uploads()).toMatchObject([{ id, messageId: again?.id }])
  })
})
