import 'fake-indexeddb/auto'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { chooseFiles, watchChosenFiles } from '../../../../client/data/files/chosen-files.ts'
import { forwardMessages, toForwarded, toForwardedLine } from '../../../../client/data/messages/forward-message.ts'
import { fromSentFiles, fromUpload, NO_FILES } from '../../../../client/data/messages/file-view.ts'
import { toLine } from '../../../../client/data/messages/file-words.ts'
import { mergeMessages, type MessageView } from '../../../../client/data/messages/message-view.ts'
import { sendMessage, sendRewritten, sendVoiceMessage } from '../../../../client/data/messages/send-message.ts'
import { saveDraft } from '../../../../client/data/composing/draft.ts'
import type { Session } from '../../../../client/data/session.ts'
import { directId } from '../../../../shared/direct-id.ts'
import type { MessageRow } from '../../../../shared/protocol/rows.ts'
import { storedFile, upload, withFiles } from '../../sync/files/example-uploads.ts'
import { createDevice, until } from '../device.ts'
import { ann, ben, exampleId, findPerson, group, message, refused } from '../example.ts'

let session: Session
beforeEach(async () => {
  session = await createDevice()
})
afterEach(() => session.db.delete())

async function choose(...names: readonly string[]): Promise<string[]> {
  const files = names.map((name) => ({
    ...{ name, type: 'text/plain', as: 'document' as const, content: new Blob([`what ${name} holds`]) },
  }))
  await chooseFiles(session, group, files)
  return (await until(watchChosenFiles(session, group))).map(({ id }) => id)
}
const commands = async () => (await session.db.outbox.toArray()).map(({ command }) => command)
const sends = async () => (await commands()).filter((command) => command.type === 'message.send')

test('a message takes the chosen files along that are named, in their order, with what was said of them', async () => {
  const [one, two, three] = await choose('one.txt', 'two.txt', 'three.txt')
  await session.db.uploads.update(two ?? '', { description: '  Second  ' })
  await sendMessage(session, group, 'three of them, but one', null, null, [two ?? '', one ?? ''])
  const [send] = await sends()
  expect(send?.files).toEqual([
    { id: two, description: 'Second' },
    { id: one, description: '' },
  ])
  expect((await session.db.uploads.bulkGet([one ?? '', two ?? ''])).map((file) => file?.messageId)).toEqual([
    send?.id,
    send?.id,
  ])
  expect((await until(watchChosenFiles(session, group))).map(({ id }) => id)).toEqual([three])
})

test('files go without words, and begin a conversation with somebody too', async () => {
  const [id = ''] = await choose('one.txt')
  await sendMessage(session, directId(ann, ben), '  ', ben, null, [id])
  expect((await commands()).map(({ type }) => type)).toEqual(['direct.create', 'message.send'])
  expect((await sends())[0]).toMatchObject({ text: '', files: [{ id }] })
})

test('without words and files nothing is sent', async () => {
  await sendMessage(session, group, ' ', null)
  expect(await commands()).toEqual([])
})

test('sent twice at once, as from two tabs, files go once, and no empty message after them', async () => {
  const ids = await choose('one.txt', 'two.txt')
  await Promise.all([
    sendMessage(session, group, '', null, null, ids),
    sendMessage(session, group, '', null, null, ids),
  ])
  expect((await sends()).map(({ files }) => files?.length)).toEqual([2])
})

test('a file that is still being made ready stays with what is being written', async () => {
  const [one = '', two = ''] = await choose('one.txt', 'two.txt')
  await session.db.uploads.update(two, { isReady: false })
  await sendMessage(session, group, 'one of them', null, null, [one, two])
  expect((await sends())[0]?.files).toMatchObject([{ id: one }])
  expect((await until(watchChosenFiles(session, group))).map(({ id }) => id)).toEqual([two])
})

test('a message that cannot be stored takes nothing along: its words and files are where they were', async () => {
  const ids = await choose('one.txt')
  await saveDraft(session, group, 'my words')
  session.db.outbox.hook('creating', () => {
    throw new DOMException('no room', 'QuotaExceededError')
  })
  await expect(sendMessage(session, group, 'my words', null, null, ids)).rejects.toThrow()
  expect((await until(watchChosenFiles(session, group))).map(({ id }) => id)).toEqual(ids)
  expect((await session.db.drafts.get(group))?.text).toBe('my words')
})

test('a voice message goes by itself; what is chosen and typed stays', async () => {
  const ids = await choose('one.txt')
  const content = new Blob(['sound'])
  const voice = { name: 'voice.webm', type: 'audio/webm', as: 'voice' as const, content, durationMs: 1_200 }
  await sendVoiceMessage(session, group, voice, null)
  const [send] = await sends()
  const sent = await session.db.uploads.get(send?.files?.[0]?.id ?? '')
  expect(sent).toMatchObject({ messageId: send?.id, as: 'voice', durationMs: 1_200, isReady: true })
  expect((await until(watchChosenFiles(session, group))).map(({ id }) => id)).toEqual(ids)
})

test('a refused message is rewritten with its files, and may lose its words where it has some', async () => {
  const file = { id: exampleId(9_001) }
  for (const [entry, left] of [
    [{ ...withFiles('words', [file]), state: refused }, ''],
    [{ ...withFiles('words', []), state: refused }, 'words'],
  ] as const) {
    await session.db.outbox.clear()
    const { files, ...rest } = entry.command
    await session.db.outbox.put({ ...entry, command: files?.length === 0 ? rest : entry.command })
    await sendRewritten(session, entry.id, ' ')
    expect((await sends()).map(({ text }) => text)).toEqual([left])
  }
})

/** As a list shows it. */
function view(row: Partial<MessageRow>): MessageView {
  const [shown] = mergeMessages({ myId: ann, rows: [message(1, row)], entries: [], findPerson })
  if (shown === undefined) throw new Error('it is not shown')
  return shown
}

test('what is forwarded names the message that carries it, and keeps its description', async () => {
  const file = storedFile({ description: 'A board' })
  const shown = view({ text: 'look', files: [file] })
  const target = { conversationId: exampleId(200), withUserId: null }
  await forwardMessages(session, [toForwarded(group, shown)], [target])
  const from = { conversationId: group, messageId: shown.id }
  expect(await sends()).toMatchObject([
    { text: 'look', forwarded: true, files: [{ id: file.id, description: 'A board', from }] },
  ])
})

test('files alone are forwarded without words; files that are on their way themselves stay behind', async () => {
  const shown = view({ text: '', files: [storedFile()] })
  const entry = withFiles('words', [{ id: exampleId(9_001) }])
  const uploads = [upload(entry.id, { id: exampleId(9_001) })]
  const [waiting] = mergeMessages({ myId: ann, rows: [], entries: [entry], findPerson, uploads })
  if (waiting === undefined) throw new Error('it is not shown')
  const target = { conversationId: exampleId(200), withUserId: null }
  await forwardMessages(session, [toForwarded(group, shown), toForwarded(group, waiting)], [target])
  expect((await sends()).map(({ text, files }) => [text, files?.length])).toEqual([
    ['', 1],
    ['words', undefined],
  ])
  expect(toForwardedLine(toForwarded(group, shown))).toBe('notes.txt')
})

test('a message on its way shows its files from this device, and forwarded ones as their message has them', () => {
  const [own, carried, gone] = [exampleId(9_001), storedFile(), exampleId(9_002)]
  const from = { conversationId: group, messageId: exampleId(1_001) }
  const uploads = new Map([[own, upload('m', { id: own, sent: 4, problem: null })]])
  const { command } = withFiles('', [{ id: own }, { id: carried.id, from, description: 'mine' }, { id: gone, from }])
  const shown = fromSentFiles(command, uploads, (id) => (id === from.messageId ? [carried] : undefined))
  expect(shown).toMatchObject([
    { id: own, upload: { kind: 'waiting', sent: 4, bytes: 10 } },
    { id: carried.id, description: 'mine', upload: null },
  ])
  expect(fromSentFiles({}, uploads, () => undefined)).toBe(NO_FILES)
})

test.each([
  ['document', 'application/pdf', 'document'],
  ['document', 'audio/mpeg', 'audio'],
  ['document', 'video/mp4', 'video'],
  ['photo', 'image/jpeg', 'photo'],
  ['voice', 'audio/webm', 'voice'],
] as const)('sent as a %s, %s is shown as %s before the server has looked at it', (as, type, kind) => {
  expect(fromUpload(upload('', { as, type })).kind).toBe(kind)
})

test.each([
  ['words', [storedFile()], 'words'],
  ['', [storedFile()], 'notes.txt'],
  ['', [storedFile({ kind: 'photo' })], 'Photo'],
  ['', [storedFile({ kind: 'photo' }), storedFile({ kind: 'photo' })], '2 photos'],
  ['', [storedFile({ kind: 'photo' }), storedFile()], '2 files'],
  ['', [], ''],
  [null, [storedFile()], null],
])('a message that says %o is in one line %o', (text, files, line) => {
  expect(toLine(text, files)).toBe(line)
})
