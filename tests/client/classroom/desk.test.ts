import 'fake-indexeddb/auto'
import { Dexie } from 'dexie'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { performStaffAction } from '../../../client/data/classroom/staff-action.ts'
import { deleteClassroom } from '../../../client/data/classroom/delete-classroom.ts'
import { createClassroom } from '../../../client/data/classroom/create-classroom.ts'
import { exportCsv, exportMarkdown, exportPage, loadSnapshot } from '../../../client/data/classroom/export.ts'
import { discardRefused, retryRefused, watchRefused } from '../../../client/data/classroom/refused.ts'
import { openDesk } from '../../../client/data/classroom/open-desk.ts'
import type { OpenedClassroom } from '../../../client/data/classroom/opened-classroom.ts'
import { forgetLeftClassroom, watchLeftClassrooms } from '../../../client/data/classroom/left-classrooms.ts'
import { watchClassroom } from '../../../client/data/classroom/watch-classroom.ts'
import { watchClassrooms } from '../../../client/data/classroom/watch-classrooms.ts'
import { watchPolls } from '../../../client/data/classroom/watch-polls.ts'
import { watchQuestions } from '../../../client/data/classroom/watch-questions.ts'
import { watchStaff } from '../../../client/data/classroom/watch-staff.ts'
import { watchThread } from '../../../client/data/classroom/watch-thread.ts'
import { signOut } from '../../../client/sync/account.ts'
import { AccountClassroomsDatabase } from '../../../client/sync/classroom/account-classrooms.ts'
import {
  accountPrefix,
  ClassroomDatabase,
  deskDatabaseName,
  studentDatabaseName,
} from '../../../client/sync/classroom/database.ts'
import { startClassrooms } from '../../../client/sync/classroom/desks.ts'
import type { Api } from '../../../client/sync/api.ts'
import { ClientDatabase } from '../../../client/sync/database.ts'
import type { StaffCommand } from '../../../shared/classroom/commands.ts'
import { type CreateClassroomBody, type StaffCommandResult } from '../../../shared/classroom/http.ts'
import { CLASSROOM_HEADER, CLASSROOM_VERSION } from '../../../shared/classroom/version.ts'
import type { DeskRow, StaffRow } from '../../../shared/classroom/rows.ts'
import { ACCOUNT_HEADER } from '../../../shared/protocol/http.ts'
import { ann, ben, exampleId } from '../data/example.ts'
import { createFakeRoom, first, questionRow, replyRow, ROOM, STEP, whenLive, type FakeRoom } from './fake-classroom.ts'

const one = '0b9c5a51-5b70-4c1e-9f07-0f6c3d0e5c11'
const two = '7d1f5a7e-3a41-4a6b-8a53-2a0f3b9c7d22'
const account = { key: 'current', userId: ann, handle: 'ann', name: 'Ann', sessionId: exampleId(9) } as const
const staff = (userId: string, change: Partial<StaffRow> = {}): StaffRow => ({
  ...{ type: 'staff', seq: 1, userId, name: userId === ann ? 'Ann' : 'Ben', role: 'owner', readN: 0, removed: false },
  ...change,
})
const deskRow: DeskRow = { type: 'desk', seq: 1, words: ['exam'], groupId: null }

let fake: FakeRoom
let room: OpenedClassroom
/** What arrived at the server, a request a line. */
let sent: StaffCommand[][]
let judge: (command: StaffCommand) => StaffCommandResult
let environment: OpenedClassroom['environment']
let staffed: { id: string; title: string; endsAt: null }[]
/** What the server says to a deletion. */
let removing: () => Response

beforeEach(async () => {
  fake = createFakeRoom()
  sent = []
  staffed = [{ id: ROOM, title: 'Algebra', endsAt: null }]
  removing = () => fake.refuse('not_found')
  judge = ({ id }) => ({ status: 'accepted', id, seq: fake.head() })
  const tab = fake.openTab()
  environment = { ...tab.environment, fetch: fetchAsStaff }
  room = await openDesk(environment, { account, db: new ClientDatabase(ann) }, ROOM)

  async function fetchAsStaff(path: string, init: RequestInit): Promise<Response> {
    expect(new Headers(init.headers).get(ACCOUNT_HEADER)).toBe(ann)
    if (init.method === 'DELETE') return removing()
    if (path === '/api/classrooms') {
      const listed = { staffed, limited: [] }
      return answer(init.method === 'GET' ? listed : { id: ROOM, code: 'abcdefgh', issuer: null })
    }
    if (!path.endsWith('/commands') || !fake.isOnline()) return tab.environment.fetch(path, init)
    const { commands } = JSON.parse(init.body as string) as { commands: StaffCommand[] }
    sent.push(commands)
    return answer({ results: commands.map(judge) })
  }
})
afterEach(async () => {
  room.close()
  for (const name of await Dexie.getDatabaseNames()) {
    if (name.startsWith(accountPrefix(ann)) || name === studentDatabaseName(ROOM)) await Dexie.delete(name)
  }
})

function answer(body: unknown, status = 200): Response {
  return new Response(status === 204 ? null : JSON.stringify(body), {
    status,
    headers: { [CLASSROOM_HEADER]: String(CLASSROOM_VERSION) },
  })
}

describe('what staff do', () => {
  test('is shown at once, and sent in the order in which it was done, without delay', async () => {
    fake.put(deskRow, staff(ann), questionRow({ id: one, state: 'held' }), questionRow({ id: two, n: 2, votes: 3 }))
    await whenLive(fake, room)
    fake.cut()
    await fake.pass(40_000)
    await performStaffAction(room, {
      type: 'question.judge',
      questionId: one,
      state: 'shown',
      reason: null,
      note: null,
    })
    await performStaffAction(room, { type: 'question.mark', questionId: one, pinned: true })
    const reply = await performStaffAction(room, { type: 'reply.answer', questionId: one, text: 'Because.' })
    await performStaffAction(room, { type: 'question.merge', questionId: two, into: one })
    expect(await first(watchQuestions(room), (all) => all[1]?.state === 'merged')).toMatchObject([
      { id: one, state: 'shown', pinned: true, answered: 'text', votes: 3, waiting: 'act' },
      { id: two, state: 'merged', mergedInto: one },
    ])
    expect(await first(watchThread(room, one), (thread) => thread?.replies.length === 1)).toMatchObject({
      replies: [{ id: reply, by: 'staff', staffName: 'Ann', mine: true, text: 'Because.', waiting: 'act' }],
    })
    fake.mend()
    const at = fake.browser.clock.now()
    await whenLive(fake, room)
    await fake.passUntil(async () => (await room.db.outbox.count()) === 0)
    expect(fake.browser.clock.now() - at).toBeLessThan(40_000)
    expect(sent.map((commands) => commands.map(({ type }) => type))).toEqual([
      ['question.judge', 'question.mark', 'reply.answer', 'question.merge'],
    ])
  })

  test('and overtake themselves goes once: how far they have read, and what the projector shows', async () => {
    await whenLive(fake, room)
    fake.cut()
    await fake.pass(40_000)
    for (const n of [1, 2, 3]) await performStaffAction(room, { type: 'staff.read', n })
    for (const questionId of [one, two]) await performStaffAction(room, { type: 'focus.set', questionId, pollId: null })
    fake.mend()
    await fake.passUntil(async () => (await room.db.outbox.count()) === 0)
    expect(sent.flat()).toMatchObject([
      { type: 'staff.read', n: 3 },
      { type: 'focus.set', questionId: two },
    ])
  })

  test('that is refused stays with its reason until it is tried again or dropped', async () => {
    await whenLive(fake, room)
    judge = ({ id }) => ({ status: 'refused', id, code: 'bad_merge', message: 'No.' })
    const id = await performStaffAction(room, { type: 'question.merge', questionId: two, into: one })
    expect(await first(watchRefused(room), (all) => all.length === 1)).toMatchObject([
      { entryId: id, what: 'Merging two questions', sentence: 'No.' },
    ])
    await retryRefused(room, id)
    await fake.passUntil(() => sent.length === 2)
    await first(watchRefused(room), (all) => all.length === 1)
    await discardRefused(room, id)
    expect(await room.db.outbox.count()).toBe(0)
  })

  test('to the classroom itself is there at once: settings, words, what the projector shows, a poll', async () => {
    fake.put(deskRow, staff(ann), staff(ben, { role: 'staff' }))
    await whenLive(fake, room)
    fake.cut()
    await fake.pass(40_000)
    const poll = await performStaffAction(room, {
      type: 'poll.create',
      kind: 'scale',
      question: 'Clear?',
      options: [],
      results: 'live',
    })
    await performStaffAction(room, { type: 'poll.set', pollId: poll, revealed: true })
    await performStaffAction(room, { type: 'classroom.set', mode: 'closed', words: ['exam', 'test'], opensAt: null })
    await performStaffAction(room, { type: 'focus.set', questionId: null, pollId: poll })
    await performStaffAction(room, { type: 'staff.remove', userId: ben })
    expect(await first(watchClassroom(room), (view) => view?.focusPollId === poll)).toMatchObject({
      ...{ title: 'Algebra', mode: 'closed', phase: 'closed', words: ['exam', 'test'], threadsOpen: true },
    })
    expect(await first(watchPolls(room), (polls) => polls.length === 1)).toMatchObject([
      { id: poll, options: ['1', '2', '3', '4', '5'], state: 'open', revealed: true, waiting: true, myChoice: null },
    ])
    expect(await first(watchStaff(room), ([, other]) => other?.removed === true)).toMatchObject([
      { userId: ann },
      { userId: ben },
    ])
  })
})

describe('the list of classrooms', () => {
  test('is kept by the leading tab: followed in the background, with what is unread and what is held', async () => {
    room.close()
    fake.put(
      staff(ann, { readN: 1 }),
      questionRow({ id: one }),
      questionRow({ id: two, n: 2, text: 'How?', state: 'held' }),
    )
    const stop = startClassrooms(environment, account)
    let held = 0
    const subscription = watchClassrooms(account, fake.browser.serverClock).subscribe(
      (all) => (held = all[0]?.held ?? 0),
    )
    await fake.passUntil(() => held === 1)
    subscription.unsubscribe()
    expect(await first(watchClassrooms(account, fake.browser.serverClock), (all) => all[0]?.held === 1)).toEqual([
      {
        id: ROOM,
        known: true,
        title: 'Algebra',
        owned: true,
        unread: 1,
        held: 1,
        lastAt: STEP,
        lastText: 'How?',
        phase: 'open',
      },
    ])
    stop()
  })

  test('loses a classroom that was deleted, and the device all of its desk, wherever it was deleted', async () => {
    room.close()
    fake.put(staff(ann), questionRow({ id: one }))
    const stop = startClassrooms(environment, account)
    let titles: string[] = []
    const subscription = watchClassrooms(account, fake.browser.serverClock).subscribe(
      (all) => (titles = all.filter(({ owned }) => owned).map(({ title }) => title)),
    )
    await fake.passUntil(() => titles.length === 1)
    const desk = new ClassroomDatabase(deskDatabaseName(ann, ROOM))
    await desk.drafts.put({ subject: `answer-${one}`, text: 'Half an answer' })
    await desk.pieces.put({ key: `voice/${one}`, from: 500, blob: new Blob(['half']) })
    desk.close()
    staffed = []
    fake.answerInstead(() => fake.refuse('not_found'))
    await fake.passUntil(async () => !(await Dexie.getDatabaseNames()).includes(deskDatabaseName(ann, ROOM)))
    expect(titles).toEqual([])
    subscription.unsubscribe()
    // What nobody has but this device is kept until its writer has seen it.
    const left = { id: ROOM, title: 'Algebra', texts: ['Half an answer'], files: { names: [], voices: 1 } }
    expect(await first(watchLeftClassrooms(account), (all) => all.length > 0)).toEqual([left])
    await forgetLeftClassroom(account, ROOM)
    expect(await first(watchLeftClassrooms(account), () => true)).toEqual([])
    stop()
  })

  test('loses it also where it is deleted from, and says why where that cannot be done', async () => {
    const known = new AccountClassroomsDatabase(ann)
    await known.staffed.put({ id: ROOM, title: 'Algebra', endsAt: null })
    removing = () => fake.refuse('only_owner')
    const refused = await deleteClassroom(environment, account, ROOM)
    expect(refused).toEqual({ ok: false, sentence: 'Only who made this classroom can do that.' })
    expect(await known.staffed.count()).toBe(1)
    for (const answered of [() => fake.refuse('not_found'), () => answer(null, 204)]) {
      removing = answered
      expect(await deleteClassroom(environment, account, ROOM)).toEqual({ ok: true })
    }
    expect(await known.staffed.count()).toBe(0)
    known.close()
  })

  test('has a classroom as soon as it is made', async () => {
    const body: CreateClassroomBody = {
      ...{ title: 'Algebra', mode: 'open', opensAt: null, endsAt: null, threadsUntil: null, slowSeconds: 0 },
      ...{ answers: 'staff', names: false, words: [], groupId: null },
    }
    expect(await createClassroom(environment, account, body)).toEqual({
      ok: true,
      id: ROOM,
      code: 'abcdefgh',
      issuer: null,
    })
    expect(await first(watchClassrooms(account, fake.browser.serverClock), (all) => all.length === 1)).toMatchObject([
      { id: ROOM, title: 'Algebra' },
    ])
  })
})

test('signing out removes what the account has of classrooms, and leaves what nobody’s account has', async () => {
  await whenLive(fake, room)
  const known = new AccountClassroomsDatabase(ann)
  await known.staffed.put({ id: ROOM, title: 'Algebra', endsAt: null })
  const own = new ClassroomDatabase(studentDatabaseName(ROOM))
  await own.tokens.put({ message: 'a', signature: 'b' })
  for (const db of [known, own]) db.close()
  room.close()
  await signOut({ signOut: () => Promise.resolve({ kind: 'ok', value: null }) } as Partial<Api> as Api, account)
  const names = await Dexie.getDatabaseNames()
  expect(names).toContain(studentDatabaseName(ROOM))
  expect(names).not.toContain(deskDatabaseName(ann, ROOM))
  expect(names.filter((name) => name.includes(ann))).toEqual([])
})

describe('an export', () => {
  beforeEach(async () => {
    const text = '# Why?\n<script>alert(1)</script>'
    fake.put(
      staff(ann),
      questionRow({ id: one, text, votes: 1, answered: 'text' }),
      questionRow({ id: two, n: 2, text: '=1+1', state: 'dismissed', reason: 'off_topic' }),
    )
    fake.put(replyRow({ id: exampleId(7), questionId: one, text: 'Because,\n"so".', endorsed: true }))
    await whenLive(fake, room)
    await fake.passUntil(async () => (await room.db.replies.count()) === 1)
  })

  test('as Markdown quotes what people wrote, so that it is read as here', async () => {
    const markdown = exportMarkdown(await loadSnapshot(room))
    expect(markdown).toContain('2 asked, 1 shown, 1 dismissed: off topic')
    expect(markdown).toContain('> # Why?\n>\n> \\<script\\>alert(1)\\</script\\>')
    expect(markdown).toContain('**Lena (endorsed):**\n\n> Because,\\\n> "so".')
  })

  test('as CSV quotes cells, and begins with the mark by which spreadsheets know its letters', async () => {
    const csv = exportCsv(await loadSnapshot(room), 'en')
    expect(csv.startsWith('\ufeff"question","kind"')).toBe(true)
    expect(csv).toContain('"1","reply","Lena","Because,\n""so"".","shown"')
    expect(exportCsv(await loadSnapshot(room), 'de')).toContain('"1";"reply";"Lena";"Because,\n""so"".";"shown"')
  })

  test('has the polls, how often each option was chosen, and which of a quiz are right', async () => {
    fake.put({
      ...{ type: 'poll', seq: 9, id: exampleId(5), kind: 'one', question: '1+1', options: ['2', '=3'] },
      ...{ state: 'closed', results: 'live', revealed: false, answers: 4, quiz: true, right: [0] },
      counts: [
        { option: '2', count: 3 },
        { option: '=3', count: 1 },
      ],
    })
    await fake.passUntil(async () => (await room.db.polls.count()) === 1)
    const snapshot = await loadSnapshot(room)
    const csv = exportCsv(snapshot, 'en')
    const empty = (count: number) => ',""'.repeat(count)
    expect(csv).toContain(`"","poll","","1+1","closed"${empty(3)},"4"${empty(4)}\r\n`)
    expect(csv).toContain(`"","poll option","","2"${empty(4)},"3"${empty(3)},"true"\r\n`)
    expect(csv).toContain(`"","poll option","","'=3"${empty(4)},"1"${empty(3)},"false"\r\n`)
    expect(exportMarkdown(snapshot)).toContain('- 2: 3 (right)\n- =3: 1\n')
    expect(exportPage(snapshot)).toContain('<td dir="auto">2</td><td>3</td><td>✓ right</td>')
  })

  test('as CSV lets no cell be a formula, whatever separates cells where it is opened', async () => {
    const texts = ['Hallo;=1+1;Ende', 'a,+b\t-c', '- one\n- two\n@sum', '＝1']
    fake.put(...texts.map((text, at) => questionRow({ id: crypto.randomUUID(), n: 3 + at, text })))
    await fake.passUntil(async () => (await room.db.questions.count()) === 2 + texts.length)
    for (const locale of ['en', 'de']) {
      const csv = exportCsv(await loadSnapshot(room), locale).slice(1)
      for (const separator of [',', ';', '\t']) {
        const cells = csv.split(/\r?\n|\r/).flatMap((line) => line.split(separator))
        expect(cells.filter((cell) => /^"?[=+\-@＝]/.test(cell))).toEqual([])
      }
    }
  })

  test('as a page has no script, fetches nothing, and shows markup as text', async () => {
    const page = exportPage(await loadSnapshot(room))
    expect(page).toContain('&lt;script&gt;alert(1)&lt;/script&gt;')
    expect(page).not.toMatch(/<script|src=|href=|url\(/)
    expect(page).toContain("default-src 'none'")
  })
})
