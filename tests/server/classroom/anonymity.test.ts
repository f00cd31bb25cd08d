import { afterEach, beforeEach, expect, test } from 'vitest'
import { toBareError } from '../../../server/classroom/bare-error.ts'
import { toFiveMinutes } from '../../../server/classroom/five-minutes.ts'
import { submitStudentCommand } from '../../../server/classroom/submit.ts'
import { StoreUnavailable } from '../../../server/log/group-commit.ts'
import { createLog } from '../../../server/ops/log.ts'
import { createReportError } from '../../../server/ops/report-error.ts'
import type { Store } from '../../../server/store/store.ts'
import { TIME_STEP_MS } from '../../../shared/classroom/limits.ts'
import { type Backend, createBackend } from '../../support/backend.ts'
import {
  answer,
  ask,
  choose,
  createClassroomSequencer,
  createReceipt,
  createTestClassroom,
  dumpClassrooms,
  edit,
  follow,
  LESSON_AT,
  poll,
  post,
  retract,
  type TestClassroom,
  vote,
  withdraw,
} from '../../support/classroom.ts'

let backend: Backend
let room: TestClassroom
beforeEach(async () => {
  backend = await createBackend()
  room = await createTestClassroom({
    store: backend.store,
    keys: { issuerPublic: 'public', issuerPrivate: 'private' },
  })
})
afterEach(() => backend.dispose())

const token = () => createReceipt().receiptHash

/** One student does everything that a student can; returns what must not be found, and the hashes that may be found once. */
async function doAll() {
  const asked = ask('A question')
  const [first, other] = [createReceipt(), createReceipt()]
  const cast = vote(asked.id, first.receiptHash)
  const again = vote(asked.id, other.receiptHash)
  const [followed, posted] = [follow(asked.id, asked.receipt), post(asked.id)]
  const made = poll()
  await room.act(made)
  const chosen = choose(made.id, [1])
  const free = [edit(asked.id, asked.receipt), retract(asked.id, first.receipt)]
  await room.accept(asked.command, token())
  for (const command of [cast, again, posted, chosen]) await room.accept(command, token())
  for (const command of [followed, ...free]) await room.accept(command)
  await room.act(answer(asked.id))
  return {
    asked,
    ids: free.map(({ id }) => id),
    noted: [cast, again, ...free].map(({ id }) => id),
    receipts: [asked.receipt, first.receipt, other.receipt],
    hashes: [asked.command.receiptHash, other.receiptHash, posted.receiptHash, chosen.receiptHash],
  }
}

const STUDENT_TABLES = ['question', 'reply', 'vote', 'poll_answer', 'spent_token'] as const

test('no table of what students do has a column for who did it, from where or exactly when', async () => {
  const tables = await backend.store.db.introspection.getTables()
  const columns = (name: string) =>
    tables
      .find((table) => table.name === name)
      ?.columns.map((column) => column.name)
      .sort()
  expect(columns('question')).toEqual(
    [
      ...['answered', 'asked_at', 'classroom_id', 'edited', 'id', 'merged_into', 'muted', 'n', 'name', 'note'],
      ...['photo', 'pinned', 'reason', 'receipt_hash', 'seq', 'state', 'text', 'votes'],
    ].sort(),
  )
  // `author` is one of staff, asker and someone; `staff_id` is of staff alone.
  expect(columns('reply')).toEqual(
    [
      ...['at', 'author', 'classroom_id', 'edited', 'endorsed', 'files', 'id', 'question_id', 'receipt_hash', 'seq'],
      ...['staff_id', 'state', 'text'],
    ].sort(),
  )
  expect(columns('vote')).toEqual(['classroom_id', 'id', 'question_id', 'receipt_hash'])
  expect(columns('poll_answer')).toEqual(['choice', 'classroom_id', 'id', 'poll_id', 'receipt_hash'])
  expect(columns('spent_token')).toEqual(['classroom_id', 'token_hash', 'used_for'])
})

test('only staff have their id beside what they wrote', async () => {
  await doAll()
  const replies = await backend.store.db.selectFrom('reply').select(['author', 'staff_id']).execute()
  expect(replies.filter(({ staff_id }) => staff_id !== null)).toEqual([{ author: 'staff', staff_id: room.owner }])
  expect(replies).toHaveLength(3)
})

test('no exact time of what a student does is in any table', async () => {
  room.clock.advance(7 * 60_000)
  const before = JSON.stringify(await dumpClassrooms(backend.store))
  const asked = ask()
  const followed = follow(asked.id, asked.receipt)
  await room.accept(asked.command, token())
  await room.accept(vote(asked.id), token())
  await room.accept(followed)
  const tables = await dumpClassrooms(backend.store)
  const exact = LESSON_AT + 7 * 60_000
  const times = (JSON.stringify(tables).match(/\b1[67]\d{11}\b/g) ?? []).map(Number)
  const fresh = times.filter((time) => !before.includes(`${time}`))
  expect(fresh).toEqual([exact - (exact % TIME_STEP_MS), exact - (exact % TIME_STEP_MS)])
})

test('of a command nothing is kept but what it makes, and the random id of what a second time would undo: no receipt', async () => {
  const { ids, noted, receipts, hashes } = await doAll()
  const told = JSON.stringify(await dumpClassrooms(backend.store))
  for (const secret of [...ids, ...receipts]) expect(told).not.toContain(secret)
  // What is kept of a receipt is its hash, in one place.
  for (const hash of hashes) expect(told.split(hash)).toHaveLength(2)
  const done = await backend.store.db.selectFrom('student_command').selectAll().orderBy('id').execute()
  expect(done).toEqual([...noted].sort().map((id) => ({ id, classroom_id: room.id })))
  const kept = await backend.store.db.selectFrom(room.kind.tables.command).select('user_id').execute()
  expect(new Set(kept.map(({ user_id }) => user_id))).toEqual(new Set([room.owner]))
})

test('all that one person does twice shares nothing but the classroom', async () => {
  await doAll()
  const before = JSON.stringify(await dumpClassrooms(backend.store))
  await doAll()
  // An answer of staff names who answered.
  const known = [room.owner, answer('').text]
  const values: string[] = []
  for (const table of STUDENT_TABLES) {
    const rows = await backend.store.db.selectFrom(table).selectAll().execute()
    const fresh = rows.filter((row) => !before.includes(JSON.stringify(Object.values(row)[0])))
    expect(fresh).toHaveLength(rows.length / 2)
    values.push(...fresh.flatMap((row) => Object.values(row)).filter((value) => typeof value === 'string'))
  }
  const random = values.filter((value) => value.length > 20 && !known.includes(value))
  expect(random.length).toBeGreaterThan(20)
  expect(random.filter((value) => before.includes(value))).toEqual([])
})

test('a question that is withdrawn leaves no word of itself in the database', async () => {
  const asked = ask('Never to be found', { name: 'Not me' })
  await room.accept(asked.command, token())
  await room.accept(edit(asked.id, asked.receipt, 'Nor this'))
  await room.accept(withdraw(asked.id, asked.receipt))
  const told = JSON.stringify(await dumpClassrooms(backend.store))
  for (const words of ['Never to be found', 'Not me', 'Nor this']) expect(told).not.toContain(words)
})

/** A sequencer over a store whose transactions end with an error that repeats what it was given, as databases do. */
function createFailing(error: () => Error) {
  const lines: string[] = []
  const store: Store = {
    ...backend.store,
    write: async (work) => {
      await backend.store.write(work)
      throw error()
    },
  }
  const sequencer = createClassroomSequencer(store, {
    now: room.clock.now,
    // As server/serve.ts reports what fails around students.
    onError: createReportError(createLog({ write: (line) => lines.push(line) }), room.clock.now, {
      ...{ error: toBareError, time: toFiveMinutes },
    }),
  })
  return { sequencer, lines }
}

/** All that is in an error, also what does not show when it is turned into JSON. */
function spell(error: unknown): string {
  if (!(error instanceof Error)) return String(error)
  const own = Object.getOwnPropertyNames(error).map((name) => String(error[name as keyof Error]))
  return [error.name, ...own, spell(error.cause)].join('\n')
}

type Failure = { code: string } & Record<string, unknown>
const failures: [string, sqlite: Failure, mysql: Failure][] = [
  [
    'refuses a statement',
    { code: 'SQLITE_CONSTRAINT', rawCode: 19 },
    { code: 'ER_DUP_ENTRY', errno: 1062, sqlState: '23000' },
  ],
  ['is away', { code: 'SQLITE_IOERR', rawCode: 10 }, { code: 'ECONNRESET', errno: -104 }],
]
test.each(failures)(
  'when the database %s, no word or id of a student is reported, and no exact time',
  async (_, sqlite, mysql) => {
    const asked = ask('The words of a student')
    const { sequencer, lines } = createFailing(() =>
      Object.assign(new Error(`could not store ${JSON.stringify(asked.command)}`), {
        sql: `insert ${asked.command.text} ${asked.id}`,
        sqlMessage: asked.command.text,
        ...(backend.kind === 'sqlite' ? sqlite : mysql),
      }),
    )
    const submission = { command: asked.command, tokenHash: token() }
    const answered = submitStudentCommand(sequencer, room.id, submission).catch((error: unknown) => error)
    const told = [spell(await answered), JSON.stringify(await answered), ...lines].join('\n')
    expect(lines).toHaveLength(1)
    expect(lines[0]).toContain(`"time":${toFiveMinutes(room.clock.now())},`)
    for (const secret of [asked.command.text, asked.id, asked.command.receiptHash]) expect(told).not.toContain(secret)
    expect(told).toContain((backend.kind === 'sqlite' ? sqlite : mysql).code)
  },
)

test('when the store is away a student is told so, and everything can be sent again', async () => {
  const { sequencer } = createFailing(() => Object.assign(new Error('gone'), { code: 'ECONNRESET' }))
  const submission = { command: ask().command, tokenHash: token() }
  await expect(submitStudentCommand(sequencer, room.id, submission)).rejects.toThrow(StoreUnavailable)
  expect(await room.submitStudent(submission.command, submission.tokenHash)).toMatchObject({
    seq: expect.any(Number) as number,
  })
})

test('a bug is reported with where it happened and nothing of what it happened to', () => {
  function failWith(secret: string): never {
    throw new TypeError(`cannot read ${secret}\n    as it is`, { cause: new Error(secret) })
  }
  const report = () => {
    try {
      return failWith('The words of a student')
    } catch (error) {
      return toBareError(error)
    }
  }
  const bare = report()
  expect(spell(bare)).not.toContain('The words')
  expect(bare.message).toBe('TypeError')
  expect(bare.stack).toContain('failWith')
  expect(toBareError('The words of a student').message).not.toContain('words')
})
