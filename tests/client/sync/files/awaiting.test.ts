import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import type { OutboxEntry, Upload } from '../../../../client/sync/database.ts'
import { withoutFiles } from '../../../../client/sync/files/awaiting.ts'
import { listWaiting } from '../../../../client/sync/settle.ts'
import type { Command } from '../../../../shared/protocol/commands.ts'
import {
  edit,
  entry,
  exampleId,
  group,
  hide,
  MINUTE,
  NOON,
  pin,
  react,
  refused,
  remove,
  send,
} from '../../data/example.ts'
import { fill, stores, type OpenStore } from '../stores.ts'
import { fileId, upload, withFiles } from './example-uploads.ts'

const elsewhere = exampleId(200)

describe.each(stores)('while files are on their way, in the %s store', (_, openStore) => {
  let open: OpenStore
  beforeEach(() => {
    open = openStore()
  })
  afterEach(() => open.close())

  /** What may go of these, in order. */
  async function due(outbox: readonly OutboxEntry[], uploads: readonly Upload[], now = NOON): Promise<OutboxEntry[]> {
    await fill(open.store, { outbox })
    await open.store.transact((tables) => Promise.resolve(tables.uploads.bulkPut(uploads)))
    return open.store.transact((tables) => listWaiting(tables, now))
  }

  const file = { id: fileId() }
  const message = withFiles('with a file', [file])

  test.each<Upload['state']>([{ kind: 'waiting' }, { kind: 'paused' }])(
    'a message stands aside as long as one of its files is %o, and what was written after it goes',
    async (state) => {
      const after = entry(send('after it'))
      const uploads = [upload(message.id, { id: fileId(), state: { kind: 'whole' } }), upload(message.id, { state })]
      expect(await due([message, after], uploads)).toEqual([after])
    },
  )

  test('a message whose files are whole goes in its place', async () => {
    const after = entry(send('after it'))
    expect(await due([message, after], [upload(message.id, { state: { kind: 'whole' } })])).toEqual([message, after])
  })

  test('files that somebody only chose hold up nothing', async () => {
    const text = entry(send('a text'))
    expect(await due([text], [upload('')])).toEqual([text])
  })

  const from = { conversationId: group, messageId: message.id }
  const about: [string, Command][] = [
    ['an answer', send('yes', group, { replyToId: message.id })],
    ['an edit', edit(message.id, 'better')],
    ['its deletion', remove(message.id)],
    ['a reaction', react(message.id, '👍')],
    ['a pin', pin(message.id)],
    ['hiding it', hide(message.id)],
    ['sending its files on', send('', elsewhere, { files: [{ ...file, description: '', from }] })],
  ]
  test.each(about)('%s waits with the message', async (_name, command) => {
    const [one, other] = [entry(command), entry(send('after it'))]
    expect(await due([message, one, other], [upload(message.id)])).toEqual([other])
  })

  test('what is about an answer that waits does too, and so on', async () => {
    const answer = entry(send('yes', group, { replyToId: message.id }))
    const second = entry(send('really', group, { replyToId: answer.id }))
    const third = entry(react(second.id, '👍'))
    expect(await due([message, answer, second, third], [upload(message.id)])).toEqual([])
  })

  test('an answer waits too where the message was sent again, and stands behind it', async () => {
    const answer = entry(send('yes', group, { replyToId: message.id }))
    const again = { ...message, position: answer.position + 10 }
    expect(await due([answer, again], [upload(message.id)])).toEqual([])
  })

  test('with a message that was refused for a file waits what is about it', async () => {
    const answer = entry(send('yes', group, { replyToId: message.id }))
    const after = entry(send('after it'))
    expect(await due([{ ...message, state: refused }, answer, after], [upload(message.id)])).toEqual([after])
  })

  test('what is about a message that is held waits with it in another conversation too', async () => {
    const held: OutboxEntry = { ...message, state: { kind: 'waiting', hold: { from: NOON, until: NOON + MINUTE } } }
    const on = entry(send('', elsewhere, { files: [{ ...file, description: '', from }] }))
    const other = entry(send('something else', elsewhere))
    const uploads = [upload(message.id, { state: { kind: 'whole' } })]
    expect(await due([held, on, other], uploads)).toEqual([other])
    expect((await due([], [], NOON + MINUTE)).map(({ id }) => id)).toEqual([message.id, on.id, other.id])
  })

  test('a server without files is sent no message that has some, nor what is about it', () => {
    const answer = entry(send('yes', group, { replyToId: message.id }))
    const after = entry(send('after it'))
    expect(withoutFiles([message, answer, after])).toEqual([after])
  })
})
