import { sql } from 'kysely'
import { uuidv7 } from 'uuidv7'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { deleteClassroom } from '../../../server/classroom/delete-classroom.ts'
import { classroomTables } from '../../../server/classroom/tables.ts'
import { classroomChannel, toDeleted } from '../../../server/classroom/types.ts'
import { createMemoryBus } from '../../../server/bus/memory.ts'
import type { Schema } from '../../../server/store/schema.ts'
import { openClassroomLog, openHubs } from '../../support/any-log.ts'
import { type Backend, createBackend } from '../../support/backend.ts'
import {
  answer,
  ask,
  choose,
  createTestClassroom,
  poll,
  putFile,
  putUpload,
  type TestClassroom,
  vote,
} from '../../support/classroom.ts'
import { createFakeClock } from '../../support/fake-clock.ts'
import { followLog } from '../../support/follower.ts'
import { explainQuery, noteQueries, WHOLE } from '../../support/plans.ts'
import { reportQuestion } from '../../../server/classroom/report-question.ts'
import { waitFor } from '../../support/wait-for.ts'

let backend: Backend
beforeAll(async () => {
  backend = await createBackend()
})
afterAll(() => backend.dispose())

const WITH_CLASSROOM = [
  ...(['classroom_staff', 'question', 'reply', 'vote', 'poll', 'poll_answer', 'spent_token'] as const),
  ...([
    'token_issuance',
    'student_command',
    'photo_upload',
    'photo_piece',
    'photo_content',
    'reply_file',
    'question_report',
  ] as const),
] satisfies (keyof Schema)[]

/** A classroom with at least one row in every table. */
async function fill(): Promise<TestClassroom> {
  const room = await createTestClassroom({ store: backend.store })
  const [asked, asksToo] = [ask(), poll()]
  await room.accept(asked.command)
  await room.accept(vote(asked.id))
  await room.act(answer(asked.id), asksToo)
  await room.accept(choose(asksToo.id, [0]))
  await backend.store.db
    .insertInto('spent_token')
    .values({ token_hash: `token of ${room.id}`, classroom_id: room.id, used_for: asked.id })
    .execute()
  await backend.store.db
    .insertInto('token_issuance')
    .values({ classroom_id: room.id, user_id: room.owner, blinded_hash: 'hash' })
    .execute()
  const { id: upload_id } = await putUpload(room)
  await backend.store.db
    .insertInto('photo_piece')
    .values({ upload_id, start: 0, classroom_id: room.id, content: Buffer.from('a piece') })
    .execute()
  await reportQuestion(backend.store.db, room, { questionId: asked.id, reason: 'An insult' }, room.clock.now())
  await room.act(answer(asked.id, 'See', [{ id: await putFile(room.store, room.owner), description: '' }]))
  return room
}

/** How many rows of a classroom each table has. */
async function count(room: TestClassroom): Promise<Record<string, number>> {
  const { db } = backend.store
  const { log, lineage } = classroomTables(backend.store)
  const found: Record<string, unknown[]> = {
    classroom: await db.selectFrom('classroom').select('id').where('id', '=', room.id).execute(),
    log: await db.selectFrom(log).select('id').where('id', '=', room.log).execute(),
    lineage: await db.selectFrom(lineage).select('id').where('log_id', '=', room.log).execute(),
  }
  for (const table of WITH_CLASSROOM) {
    found[table] = await db.selectFrom(table).select('classroom_id').where('classroom_id', '=', room.id).execute()
  }
  return Object.fromEntries(Object.entries(found).map(([table, rows]) => [table, rows.length]))
}

const listEmpty = (counts: Record<string, number>) => Object.keys(counts).filter((table) => counts[table] === 0)

test('of a deleted classroom no row is left, and of another one all are', async () => {
  const [room, other] = [await fill(), await fill()]
  const before = await count(other)
  expect(listEmpty(before)).toEqual([])
  expect(await count(room)).toEqual(before)
  await deleteClassroom(backend.store, room.id)
  expect(listEmpty(await count(room))).toEqual(Object.keys(before))
  expect(await count(other)).toEqual(before)
})

test('what is deleted of a classroom is found by indexes, however much there is of others', async () => {
  const room = await fill()
  const others = Array.from({ length: 1_000 }, (_, index) => ({ classroom_id: `other-${index % 50}`, id: uuidv7() }))
  const { db } = backend.store
  await db
    .insertInto('vote')
    .values(others.map((row) => ({ ...row, question_id: uuidv7(), receipt_hash: row.id })))
    .execute()
  await db
    .insertInto('poll_answer')
    .values(others.map((row) => ({ ...row, poll_id: uuidv7(), receipt_hash: row.id, choice: '[0]' })))
    .execute()
  await db
    .insertInto('spent_token')
    .values(others.map(({ classroom_id, id }) => ({ classroom_id, token_hash: id, used_for: id })))
    .execute()
  await db.insertInto('student_command').values(others).execute()
  const content = { content: Buffer.from('a picture'), bytes: 9, type: 'image/jpeg', variant: 'whole' } as const
  await db
    .insertInto('photo_content')
    .values(others.map(({ classroom_id, id }) => ({ ...content, classroom_id, photo_id: id })))
    .execute()
  await db
    .insertInto('photo_piece')
    .values(others.map(({ classroom_id, id }) => ({ classroom_id, upload_id: id, start: 0, content: content.content })))
    .execute()
  await db
    .insertInto('photo_upload')
    .values(
      others.map((row) => ({
        ...{ ...row, bytes: 9, received: 0, touched_at: 0, token_hash: null, photo: null, verdict: null },
      })),
    )
    .execute()
  await db
    .insertInto('reply_file')
    .values(others.map(({ classroom_id, id }) => ({ classroom_id, file_id: id, reply_id: id })))
    .execute()
  for (const table of WITH_CLASSROOM) {
    await (backend.kind === 'mysql' ? sql`analyze table ${sql.table(table)}` : sql`analyze`).execute(db)
  }
  const noted = noteQueries(backend.store)
  await deleteClassroom(noted.store, room.id)
  for (const table of WITH_CLASSROOM) {
    const query = noted.queries.find(({ sql: text }) => new RegExp(`^delete from [\`"]${table}[\`"]`).test(text))
    if (query === undefined) expect.unreachable(`nothing is deleted of ${table}`)
    const plan = await explainQuery(backend.store, query, table)
    expect(plan, table).not.toBe('')
    expect(plan, table).not.toMatch(WHOLE)
  }
})

test('what comes late is refused, by whoever it is, and leaves nothing', async () => {
  const room = await fill()
  const question = ask()
  await room.accept(question.command)
  const [deleted, ...codes] = await Promise.all([
    deleteClassroom(backend.store, room.id),
    room.codeOf(ask().command),
    room.staffCodeOf(answer(question.id)),
  ])
  expect(deleted).toHaveLength(1)
  // At the same time each is done before it, or refused.
  for (const code of codes) expect(['accepted', 'not_found']).toContain(code)
  expect(await room.codeOf(vote(question.id))).toBe('not_found')
  expect(await room.staffCodeOf(poll())).toBe('not_found')
  expect((await room.pull()).kind).toBe('refused')
  const after = await count(room)
  expect(listEmpty(after)).toEqual(Object.keys(after))
})

test.each(['the word of another process', 'the next look, when that was lost'])(
  'whoever follows a classroom that is deleted is let go by %s',
  async (by) => {
    const log = await openClassroomLog(backend.store)
    const [bus, clock, errors] = [createMemoryBus(), createFakeClock(), [] as unknown[]]
    const hubs = openHubs(log, { store: backend.store, bus, clock, onError: (error) => errors.push(error) })
    const hub = hubs.open(log.log)
    const follower = followLog(hub, log.reader)
    const { head } = await hub.findPosition()
    await follower.resume(head)
    const waiting = hub.waitForNews(log.reader, head, new AbortController().signal)
    await deleteClassroom(backend.store, log.log.slice('classroom-'.length))
    if (by.startsWith('the word')) bus.publish(classroomChannel, toDeleted(log.log))
    else clock.advance(1_000)
    await waitFor('the end', () => follower.isEnded() || undefined)
    await waiting
    hubs.close()
    expect(errors).toEqual([])
  },
)
