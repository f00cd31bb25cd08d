import 'fake-indexeddb/auto'
import { Dexie } from 'dexie'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { toAnswerFiles } from '../../../client/data/classroom/answer-files.ts'
import type { OpenedClassroom } from '../../../client/data/classroom/opened-classroom.ts'
import { openDesk } from '../../../client/data/classroom/open-desk.ts'
import { discardRefused, retryRefused, watchRefused } from '../../../client/data/classroom/refused.ts'
import { sendWithoutRefused, watchPartlyRefused } from '../../../client/data/classroom/refused-answers.ts'
import { cancelAnswerFile, sendAnswer, sendVoiceAnswer } from '../../../client/data/classroom/send-answer.ts'
import { toLostFilesSentence } from '../../../client/data/classroom/lost-files.ts'
import { performStaffAction } from '../../../client/data/classroom/staff-action.ts'
import { watchThread } from '../../../client/data/classroom/watch-thread.ts'
import { chooseFiles, describeFile, watchChosenFiles } from '../../../client/data/files/chosen-files.ts'
import { keepVoicePiece } from '../../../client/data/files/voice-draft.ts'
import { setConnection } from '../../../client/sync/classroom/connection.ts'
import { accountPrefix } from '../../../client/sync/classroom/database.ts'
import { ClientDatabase } from '../../../client/sync/database.ts'
import { loadUnsentFiles } from '../../../client/sync/classroom/unsent-files.ts'
import { loadUnsentTexts } from '../../../client/sync/classroom/unsent-texts.ts'
// Loaded later by what is tested: here at once, for what is loaded takes real time, and the clock of a test is none.
import '../../../client/sync/files/upload-part.ts'
import type { StaffCommand } from '../../../shared/classroom/commands.ts'
import { refuse as refuseCommand } from '../../../shared/classroom/errors.ts'
import type { StaffCommandResult } from '../../../shared/classroom/http.ts'
import { CLASSROOM_HEADER, CLASSROOM_VERSION } from '../../../shared/classroom/version.ts'
import { ACCOUNT_HEADER } from '../../../shared/protocol/http.ts'
import { waitFor } from '../../support/wait-for.ts'
import { ann } from '../data/example.ts'
import { createUploadServer, refuse, type UploadServer } from '../sync/files/upload-server.ts'
import {
  createFakeRoom,
  first,
  questionRow,
  replyRow,
  ROOM,
  whenLive,
  whenNotLive,
  type FakeRoom,
} from './fake-classroom.ts'

const one = '0b9c5a51-5b70-4c1e-9f07-0f6c3d0e5c11'
const two = '7d1f5a7e-3a41-4a6b-8a53-2a0f3b9c7d22'

let fake: FakeRoom
let uploads: UploadServer
let environment: OpenedClassroom['environment']
let room: OpenedClassroom
let sent: StaffCommand[]
let judge: (command: StaffCommand) => StaffCommandResult

beforeEach(async () => {
  fake = createFakeRoom()
  uploads = createUploadServer()
  sent = []
  judge = accept
  const tab = fake.openTab()
  environment = {
    ...tab.environment,
    async fetch(path, init) {
      expect(new Headers(init.headers).get(ACCOUNT_HEADER)).toBe(ann)
      if (!fake.isOnline()) throw new TypeError('no network')
      if (path.startsWith('/api/uploads')) return uploads.fetch(path, init)
      if (!path.endsWith('/commands')) return tab.environment.fetch(path, init)
      const { commands } = JSON.parse(init.body as string) as { commands: StaffCommand[] }
      sent.push(...commands)
      return new Response(JSON.stringify({ results: commands.map(judge) }), {
        headers: { [CLASSROOM_HEADER]: String(CLASSROOM_VERSION) },
      })
    },
  }
  room = await openDesk(environment, { account: { userId: ann }, db: new ClientDatabase(ann) }, ROOM)
  fake.put(questionRow({ id: one }), questionRow({ id: two, n: 2 }))
})
afterEach(async () => {
  room.close()
  expect(fake.errors).toEqual([])
  for (const name of await Dexie.getDatabaseNames()) if (name.startsWith(accountPrefix(ann))) await Dexie.delete(name)
})

/** As a server does: an answer is in the log before it is acknowledged, for what no row names goes from the device. */
function accept(command: StaffCommand): StaffCommandResult {
  if (command.type === 'reply.answer') {
    const { id, questionId, text, files: named = [] } = command
    const row = { kind: 'document', name: 'a.txt', type: 'text/plain', bytes: 1 } as const
    const files = named.map((file) => ({ ...row, ...file }))
    fake.put(replyRow({ id, questionId, text, ...(files.length > 0 && { files }) }))
  }
  return { status: 'accepted', id: command.id, seq: fake.head() }
}

const files = () => first(watchChosenFiles(toAnswerFiles(room), one), () => true)

async function choose(name: string, bytes = 1_000): Promise<string> {
  const content = new Blob([new Uint8Array(bytes).fill(7)])
  await chooseFiles(toAnswerFiles(room), one, [{ name, type: 'text/plain', content, as: 'document' }])
  return (await files()).find((file) => file.name === name)?.id ?? ''
}

const answers = () => sent.filter((command) => command.type === 'reply.answer')
const refused = () => first(watchRefused(room), () => true)
const partlyRefused = () => first(watchPartlyRefused(room), () => true)
const thread = async () => (await first(watchThread(room, one), (found) => found !== undefined))?.replies ?? []
const untilSent = (count: number) => fake.passUntil(() => answers().length === count)
const held = async () => (await room.db.contents.toArray()).map(({ key }) => key)

describe('an answer with files', () => {
  test('is kept while it is written, and goes when all of them are on the server', async () => {
    await whenLive(fake, room)
    const id = await choose('proof.txt')
    await describeFile(toAnswerFiles(room), id, ' The proof ')
    room.close()
    room = await openDesk(environment, { account: { userId: ann }, db: new ClientDatabase(ann) }, ROOM)
    expect(await files()).toMatchObject([{ id, name: 'proof.txt', description: ' The proof ' }])
    await whenLive(fake, room)
    await sendAnswer(room, one, '', [id])
    expect(await files()).toEqual([])
    await untilSent(1)
    expect(uploads.takeAsked()).toEqual([
      'create proof.txt',
      'look proof.txt',
      'piece proof.txt 0+1000',
      'finish proof.txt',
    ])
    expect(answers()).toMatchObject([{ questionId: one, text: '', files: [{ id, description: 'The proof' }] }])
  })

  test('tells by no id when it was written, or when its files were chosen', async () => {
    const id = await choose('proof.txt')
    await whenLive(fake, room)
    await sendAnswer(room, one, 'See', [id])
    await performStaffAction(room, { type: 'question.mark', questionId: one, pinned: true })
    await fake.passUntil(() => sent.length === 2)
    for (const random of [id, ...sent.map((command) => command.id)])
      expect(random).toMatch(/^[0-9a-f]{8}-[0-9a-f]{4}-4/)
  })

  test('holds up nothing else that staff do, but what is about itself', async () => {
    await whenLive(fake, room)
    let go: () => void = () => undefined
    uploads.instead('finish', (_, finish) => new Promise<void>((resolve) => (go = resolve)).then(finish))
    await sendAnswer(room, one, 'See', [await choose('proof.txt')])
    const [answer] = await thread()
    await performStaffAction(room, { type: 'reply.judge', replyId: answer?.id ?? '', endorsed: true })
    await sendAnswer(room, two, 'At once', [])
    await performStaffAction(room, { type: 'question.mark', questionId: one, answered: 'aloud' })
    await fake.passUntil(() => sent.length === 2)
    expect(sent.map(({ type }) => type)).toEqual(['reply.answer', 'question.mark'])
    expect(await thread()).toMatchObject([{ text: 'See', waiting: 'act', files: [{ name: 'proof.txt' }] }])
    go()
    await fake.passUntil(() => sent.length === 4)
    expect(sent.slice(2).map(({ type }) => type)).toEqual(['reply.answer', 'reply.judge'])
  })

  test('waits for the network, and then goes on from where the server stands', async () => {
    await whenLive(fake, room)
    fake.cut()
    await whenNotLive(fake, room)
    await sendAnswer(room, one, 'See', [await choose('slides.txt', 200_000)])
    await fake.pass(30_000)
    expect(uploads.asked).toEqual([])
    fake.mend()
    uploads.cutAfter(10_000)
    await untilSent(1)
    expect(uploads.textOf('slides.txt')[0]?.length).toBe(200_000)
    expect(uploads.asked.filter((one) => one === 'create slides.txt')).toHaveLength(1)
  })

  test('is tried later where the server cannot take it, whatever the number of devices is, and at once when live again', async () => {
    await whenLive(fake, room)
    uploads.instead('create', () => Promise.reject(new TypeError('no network')), { times: 99 })
    await sendAnswer(room, one, 'See', [await choose('proof.txt')])
    const tries = () => uploads.asked.filter((asked) => asked === 'create proof.txt').length
    await fake.passUntil(() => tries() === 1)
    for (const devices of [13, 14, 15]) {
      await setConnection(room.storage, environment, { devices })
      await first(room.connection, (now) => now.devices === devices)
      await fake.pass(0)
    }
    expect(tries()).toBe(1)
    await setConnection(room.storage, environment, { state: 'offline' })
    await first(room.connection, (now) => now.state === 'offline')
    await fake.pass(0)
    await setConnection(room.storage, environment, { state: 'live' })
    await waitFor('the next try', () => tries() === 2 || undefined)
  })

  test('that is changed before its files are there goes as it reads then, and one that is taken back goes nowhere', async () => {
    await whenLive(fake, room)
    fake.cut()
    const changed = await choose('a.txt')
    await sendAnswer(room, one, 'Wrong', [changed])
    const withdrawn = await choose('b.txt')
    await sendAnswer(room, one, 'Never', [withdrawn])
    const [first, second] = await thread()
    await performStaffAction(room, { type: 'reply.judge', replyId: first?.id ?? '', text: 'Right' })
    await performStaffAction(room, { type: 'reply.judge', replyId: second?.id ?? '', state: 'withdrawn' })
    expect(await thread()).toMatchObject([{ text: 'Right', files: [{ name: 'a.txt' }] }])
    fake.mend()
    await untilSent(1)
    await fake.passUntil(async () => (await room.db.outbox.count()) === 0)
    expect(sent).toMatchObject([{ type: 'reply.answer', text: 'Right', files: [{ id: changed }] }])
    await fake.passUntil(async () => (await room.db.uploads.count()) === 0)
    expect(await held()).toEqual([`${changed}/whole`])
  })

  test('goes without a file that is taken out of it, and not at all where nothing is left', async () => {
    await whenLive(fake, room)
    fake.cut()
    const [a, b] = [await choose('a.txt'), await choose('b.txt')]
    await sendAnswer(room, one, '', [a, b])
    await cancelAnswerFile(room, a)
    expect(await thread()).toMatchObject([{ files: [{ name: 'b.txt' }] }])
    const only = await choose('c.txt')
    await sendAnswer(room, one, '', [only])
    await cancelAnswerFile(room, only)
    expect(await thread()).toHaveLength(1)
    fake.mend()
    await untilSent(1)
    await fake.passUntil(async () => (await room.db.uploads.count()) === 0)
    expect(answers()).toMatchObject([{ files: [{ id: b }] }])
    expect(await held()).toEqual([`${b}/whole`])
  })

  test('sends a file once more that the server lost, and says so when that was in vain', async () => {
    await whenLive(fake, room)
    judge = ({ id }) => ({ status: 'refused', id, ...refuseCommand('file_missing') })
    await sendAnswer(room, one, 'See', [await choose('proof.txt')])
    await untilSent(2)
    await fake.passUntil(async () => (await refused()).length === 1)
    expect(uploads.takeAsked().filter((asked) => asked === 'finish proof.txt')).toHaveLength(2)
    const [entry] = await refused()
    expect(entry).toMatchObject({
      what: 'Your answer with 1 file',
      text: 'See',
      sentence: 'A file of this answer is not on the server.',
    })
    judge = accept
    await retryRefused(room, entry?.entryId ?? '')
    await untilSent(3)
    expect(uploads.takeAsked()).toContain('finish proof.txt')
  })

  test('whose file is refused says which and why, until its writer decides', async () => {
    await whenLive(fake, room)
    uploads.instead('create', () => refuse('quota_full'), { times: 2 })
    const id = await choose('film.txt')
    await sendAnswer(room, one, 'See', [id])
    await fake.passUntil(async () => (await refused()).length === 1)
    const [entry] = await refused()
    expect(entry?.sentence).toMatch(/^“film.txt”: /)
    expect(answers()).toEqual([])
    await discardRefused(room, entry?.entryId ?? '')
    await fake.passUntil(async () => (await room.db.uploads.count()) === 0)
    expect(await held()).toEqual([])
  })

  test('goes without the file that was refused, where something is left of it', async () => {
    await whenLive(fake, room)
    uploads.instead('create', () => refuse('quota_full'), { times: 2 })
    await sendAnswer(room, one, 'See', [await choose('film.txt')])
    await fake.passUntil(async () => (await refused()).length === 1)
    const [entry] = await refused()
    expect(await partlyRefused()).toEqual(new Set([entry?.entryId]))
    await sendWithoutRefused(room, entry?.entryId ?? '')
    await untilSent(1)
    expect(answers()).toEqual([expect.not.objectContaining({ files: expect.anything() as unknown })])
    expect(answers()).toMatchObject([{ text: 'See' }])
    expect([await refused(), await partlyRefused()]).toEqual([[], new Set()])
  })

  test('stays as it was refused where sending it without the file comes only halfway', async () => {
    await whenLive(fake, room)
    uploads.instead('create', () => refuse('quota_full'), { times: 2 })
    await sendAnswer(room, one, 'See', [await choose('film.txt')])
    await fake.passUntil(async () => (await refused()).length === 1)
    const [before] = await room.db.outbox.toArray()
    const fail = () => {
      throw new Error('the tab was closed')
    }
    room.db.outbox.hook('creating', fail)
    await expect(sendWithoutRefused(room, before?.id ?? '')).rejects.toThrow('the tab was closed')
    room.db.outbox.hook('creating').unsubscribe(fail)
    expect(await room.db.outbox.toArray()).toEqual([before])
    expect(await room.db.uploads.toArray()).toMatchObject([{ messageId: before?.id }])
    expect(await partlyRefused()).toEqual(new Set([before?.id]))
  })

  test('that is nothing but what was refused cannot go without it', async () => {
    await whenLive(fake, room)
    uploads.instead('create', () => refuse('quota_full'), { times: 2 })
    await sendAnswer(room, one, '', [await choose('film.txt')])
    await fake.passUntil(async () => (await refused()).length === 1)
    expect(await partlyRefused()).toEqual(new Set())
    expect(await refused()).toMatchObject([{ what: 'Your answer with 1 file', text: null }])
    expect(await loadUnsentTexts(room.db)).toEqual([])
  })

  test('is a voice by itself, beside what is being written, and tells by no id when it was said', async () => {
    await whenLive(fake, room)
    const id = await choose('proof.txt')
    const voice = { name: 'voice-message.webm', type: 'audio/webm', as: 'voice', durationMs: 1_000 } as const
    await sendVoiceAnswer(room, one, { ...voice, content: new Blob(['said']) })
    expect(await files()).toMatchObject([{ id }])
    expect(await thread()).toMatchObject([{ text: '', files: [{ kind: 'voice', durationMs: 1_000 }] }])
    await untilSent(1)
    expect(answers()).toMatchObject([{ text: '', files: [{ id: expect.stringMatching(/^.{14}4/) as unknown }] }])
  })
})

describe('files of a classroom that is gone', () => {
  const voice = { name: 'voice-message.webm', type: 'audio/webm', as: 'voice', durationMs: 1_000 } as const

  test('are named where they were not sent: those of answers and those that were chosen, and how many voices', async () => {
    await whenLive(fake, room)
    await sendAnswer(room, one, 'On the server', [await choose('sent.txt')])
    await untilSent(1)
    fake.cut()
    await whenNotLive(fake, room)
    await sendAnswer(room, one, '', [await choose('waits.txt')])
    await choose('chosen.txt')
    await sendVoiceAnswer(room, one, { ...voice, content: new Blob(['said']) })
    await keepVoicePiece(room, two, { piece: new Blob(['half']), type: 'audio/webm', durationMs: 500 })
    await keepVoicePiece(room, two, { piece: new Blob(['said']), type: 'audio/webm', durationMs: 1_000 })
    const { names, voices } = await loadUnsentFiles(room.db)
    expect([[...names].sort(), voices]).toEqual([['chosen.txt', 'waits.txt'], 2])
  })

  test('are a sentence, and none where all were sent', () => {
    expect(toLostFilesSentence({ names: [], voices: 0 })).toBeNull()
    expect(toLostFilesSentence({ names: ['a.txt'], voices: 0 })).toBe('Not sent, and not kept: “a.txt”.')
    expect(toLostFilesSentence({ names: ['a.txt', 'b.jpg'], voices: 2 })).toBe(
      'Not sent, and not kept: “a.txt”, “b.jpg” and 2 voice messages.',
    )
    expect(toLostFilesSentence({ names: [], voices: 1 })).toBe('Not sent, and not kept: 1 voice message.')
  })
})

describe('what is held on the device', () => {
  const file = { id: two, kind: 'document', name: 'proof.txt', type: 'text/plain', bytes: 3 } as const
  const photo = { id: two, width: 4, height: 3, preview: 'AAAA', bytes: 3 }

  async function hold(fileId: string, usedAt = 0): Promise<void> {
    const blob = new Blob(['abc'])
    await room.db.contents.put({ key: `${fileId}/whole`, fileId, blob, bytes: 3, usedAt })
    await room.db.pieces.put({ key: `${fileId}/small`, from: 0, blob })
  }

  test('goes as soon as no question or answer has it any more', async () => {
    const reply = replyRow({ id: one, questionId: one, files: [file] })
    fake.put(questionRow({ id: one, photo }), questionRow({ id: two, photo }), reply)
    await whenLive(fake, room)
    await hold(`photo-${one}`, fake.browser.clock.now())
    await hold(`photo-${two}`)
    await hold(file.id)
    await fake.pass(2_000)
    expect(await room.db.contents.count()).toBe(3)
    fake.put(questionRow({ id: one }), { ...reply, state: 'withdrawn', text: null, files: undefined })
    await fake.passUntil(async () => (await room.db.contents.count()) === 1)
    expect(await held()).toEqual([`photo-${two}/whole`])
  })

  test('goes a minute later where it may have been chosen just now, though nothing else happens', async () => {
    const reply = replyRow({ id: one, questionId: one, files: [file] })
    fake.put(questionRow({ id: one }), reply)
    await whenLive(fake, room)
    await hold(file.id, fake.browser.clock.now())
    fake.put({ ...reply, state: 'withdrawn', text: null, files: undefined })
    await fake.passUntil(async () => (await thread())[0]?.state === 'withdrawn')
    await fake.pass(30_000)
    expect(await held()).toEqual([`${file.id}/whole`])
    await fake.pass(40_000)
    await fake.passUntil(async () => (await room.db.contents.count()) === 0)
    expect(await room.db.pieces.count()).toBe(0)
  })

  test('stays while rows come anew, and while it is chosen', async () => {
    await whenLive(fake, room)
    const chosen = await choose('proof.txt')
    fake.cut()
    await whenNotLive(fake, room)
    await hold(`photo-${one}`)
    await fake.pass(2_000)
    expect(await held()).toEqual([`${chosen}/whole`, `photo-${one}/whole`])
  })
})
