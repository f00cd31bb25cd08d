import { createHash, randomBytes, randomUUID } from 'node:crypto'
import { uuidv7 } from 'uuidv7'
import type { Bus } from '../../server/bus/bus.ts'
import { type ClassroomKeys, createClassroom } from '../../server/classroom/create-classroom.ts'
import { toFiveMinutes } from '../../server/classroom/five-minutes.ts'
import { createClassroomKind } from '../../server/classroom/kind.ts'
import { submitStaffCommands, submitStudentCommand } from '../../server/classroom/submit.ts'
import {
  type Classroom,
  type ClassroomAudience,
  classroomChannel,
  type ClassroomReader,
} from '../../server/classroom/types.ts'
import { loadChangesSince } from '../../server/log/changes.ts'
import type { Committed } from '../../server/log/group-commit.ts'
import type { LogKind } from '../../server/log/kind.ts'
import { findHead, type LogHead } from '../../server/log/log-tables.ts'
import { pull, type PullInput, type PullOutcome } from '../../server/log/pull.ts'
import { createSequencer, type Sequencer, type SequencerOptions } from '../../server/log/sequencer.ts'
import type { FileTable, PhotoUploadTable, Schema } from '../../server/store/schema.ts'
import type { Store } from '../../server/store/store.ts'
import type { StaffCommand, StaffCommandOf, StudentCommand, StudentCommandOf } from '../../shared/classroom/commands.ts'
import type { ClassroomRefusal } from '../../shared/classroom/errors.ts'
import { classroomLog } from '../../shared/classroom/fields.ts'
import type { CreateClassroomBody, StaffCommandResult } from '../../shared/classroom/http.ts'
import type { ClassroomLogRow } from '../../shared/classroom/rows.ts'
import { createFakeClock, type FakeClock } from './fake-clock.ts'

/** One classroom as a server process writes it, with short words for what tests do all the time. */
export interface TestClassroom {
  readonly id: string
  /** The name of its log. */
  readonly log: string
  readonly owner: string
  readonly kind: LogKind<Classroom>
  readonly sequencer: Sequencer<Classroom>
  readonly clock: FakeClock
  readonly store: Store
  /** Everything that was published, and everything that was reported. */
  readonly published: Committed<Classroom>[]
  readonly errors: unknown[]
  submitStudent(command: StudentCommand, tokenHash?: string): Promise<{ seq: number } | ClassroomRefusal>
  submitStaff(userId: string, commands: readonly StaffCommand[]): Promise<StaffCommandResult[]>
  /** Submits a student's command that must be accepted; returns its seq. */
  accept(command: StudentCommand, tokenHash?: string): Promise<number>
  /** Submits a student's command and returns its code, or `accepted`. */
  codeOf(command: StudentCommand, tokenHash?: string): Promise<string>
  /** The same of staff, of the owner when nobody else is named. */
  act(...commands: StaffCommand[]): Promise<void>
  staffCodeOf(command: StaffCommand, userId?: string): Promise<string>
  /** Pulls a page, by default the first one of all. */
  pull(audience?: ClassroomAudience, from?: Partial<PullInput>): Promise<PullOutcome<Classroom>>
  rows(audience?: ClassroomAudience, after?: number): Promise<ClassroomLogRow[]>
  /** What a hub would read for an audience, all of it or null. */
  changes(audience: ClassroomAudience, after: number, limit?: number): Promise<ClassroomLogRow[] | null>
  /** The row of this id, as an audience sees it. */
  row<Type extends ClassroomLogRow['type']>(
    type: Type,
    id: string,
    audience?: ClassroomAudience,
  ): Promise<Extract<ClassroomLogRow, { type: Type }>>
  /** Where its log stands. */
  find(): Promise<LogHead>
  head(): Promise<number>
}

export interface ClassroomOptions {
  store: Store
  /** Where it is told that the log changed; nowhere otherwise. */
  bus?: Pick<Bus, 'publish'>
  body?: Partial<CreateClassroomBody>
  keys?: Partial<ClassroomKeys>
  now?: number
  /** Whose it is; somebody new otherwise. */
  owner?: string
}

export const LESSON_AT = 1_700_000_123_456

export async function createTestClassroom(options: ClassroomOptions): Promise<TestClassroom> {
  const { store, bus } = options
  const clock = createFakeClock(options.now ?? LESSON_AT)
  const published: TestClassroom['published'] = []
  const errors: unknown[] = []
  const kind = createClassroomKind(store)
  const sequencer = createClassroomSequencer(store, {
    publish(committed) {
      published.push(committed)
      bus?.publish(classroomChannel, committed)
    },
    now: clock.now,
    onError: (error) => `error-${errors.push(error)}`,
  })
  const owner = options.owner ?? (await insertUser(store, 'The teacher'))
  const keys = toKeys(options.keys)
  const { id } = keys
  const log = classroomLog(id)
  const made = await createClassroom(store, owner, toBody(options.body), keys, clock.now())
  if (made === 'taken') throw new Error('the classroom was not made')
  const submitStudent: TestClassroom['submitStudent'] = async (command, tokenHash) =>
    submitStudentCommand(sequencer, id, { command, tokenHash: tokenHash ?? null })
  const submitStaff: TestClassroom['submitStaff'] = async (userId, commands) =>
    submitStaffCommands(sequencer, id, userId, commands)
  const pullPage: TestClassroom['pull'] = async (audience = 'everybody', from = {}) =>
    pull(store, kind, log, toReader(audience, owner), { lineage: '', cursor: 0, next: null, ...from })
  const find = async () => {
    const found = await findHead(store.db, kind.tables, log)
    if (found === undefined) throw new Error('the classroom is gone')
    return found
  }
  /** Page by page from the beginning, or from a position on, as a client does. */
  const rows: TestClassroom['rows'] = async (audience, after = 0) => {
    const pulled: ClassroomLogRow[] = []
    for (let cursor = after; ;) {
      const outcome = await pullPage(audience, { cursor })
      if (outcome.kind !== 'page') throw new Error(`pulled ${outcome.kind}`)
      pulled.push(...outcome.page.rows)
      if (outcome.page.to === outcome.page.head) return pulled
      cursor = outcome.page.to
    }
  }
  return {
    id,
    log,
    owner,
    async changes(audience, after, limit = 1_000) {
      const found = await loadChangesSince(store, kind, log, after, limit)
      return found.rows?.flatMap(({ row, audience: of }) => (of === audience ? [row] : [])) ?? null
    },
    kind,
    sequencer,
    clock,
    store,
    published,
    errors,
    submitStudent,
    submitStaff,
    pull: pullPage,
    rows,
    find,
    head: async () => (await find()).head,
    async accept(command, tokenHash) {
      const answer = await submitStudent(command, tokenHash)
      if ('code' in answer) throw new Error(`refused with ${answer.code}: ${answer.message}`)
      return answer.seq
    },
    async codeOf(command, tokenHash) {
      const answer = await submitStudent(command, tokenHash)
      return 'code' in answer ? answer.code : 'accepted'
    },
    async act(...commands) {
      for (const result of await submitStaff(owner, commands)) {
        if (result.status === 'refused') throw new Error(`refused with ${result.code}: ${result.message}`)
      }
    },
    async staffCodeOf(command, userId = owner) {
      const [result] = await submitStaff(userId, [command])
      return result?.status === 'refused' ? result.code : (result?.status ?? 'nothing')
    },
    async row(type, rowId, audience) {
      const found = (await rows(audience)).find((row) => row.type === type && 'id' in row && row.id === rowId)
      if (found === undefined) throw new Error(`there is no ${type} ${rowId}`)
      return found as Extract<ClassroomLogRow, { type: typeof type }>
    },
  }
}

type SequencerParts = Pick<SequencerOptions<Classroom>, 'publish' | 'now' | 'onError'> & {
  heldWords: () => readonly string[]
}

/** What one server process writes to the logs of classrooms with. */
export function createClassroomSequencer(
  store: Store,
  { heldWords = () => [], ...parts }: Partial<SequencerParts> = {},
): Sequencer<Classroom> {
  return createSequencer<Classroom>({
    publish: () => undefined,
    now: Date.now,
    onError(error) {
      throw error
    },
    ...parts,
    store,
    kind: createClassroomKind(store, { heldWords }),
  })
}

/** Somebody of an audience; of staff with an account. */
export function toReader(audience: ClassroomAudience, userId: string): ClassroomReader {
  return audience === 'everybody' ? { audience } : { audience, userId }
}

/** An account as registering leaves it, but for its place in the campus log. */
export async function insertUser(store: Store, name: string): Promise<string> {
  const id = uuidv7()
  const seq = parseInt(randomBytes(6).toString('hex'), 16)
  await store.db
    .insertInto('user')
    .values({ id, seq, handle: `u${id.slice(-12)}`, name, picture_id: null, created_at: 1, former: 0 })
    .execute()
  return id
}

export function toBody(changes: Partial<CreateClassroomBody> = {}): CreateClassroomBody {
  return {
    title: 'Analysis 1',
    mode: 'open',
    opensAt: null,
    endsAt: null,
    threadsUntil: null,
    slowSeconds: 0,
    answers: 'everyone',
    names: true,
    words: [],
    groupId: null,
    ...changes,
  }
}

export function toKeys(changes: Partial<ClassroomKeys> = {}): ClassroomKeys {
  return {
    id: randomCharacters('abcdefghijklmnopqrstuvwxyz234567', 12),
    code: randomCharacters('abcdefghjkmnpqrstuvwxyz23456789', 8),
    issuerPublic: null,
    issuerPrivate: null,
    challengeKey: randomBytes(32).toString('base64url'),
    ...changes,
  }
}

function randomCharacters(alphabet: string, length: number): string {
  return Array.from(randomBytes(length), (byte) => alphabet[byte % alphabet.length]).join('')
}

/** A photo that was uploaded, by default looked at, as a question may name it; returns the id of the upload, and that of the photo. */
export async function putUpload(
  { store, id: classroomId, clock }: Pick<TestClassroom, 'store' | 'id' | 'clock'>,
  changes: Partial<PhotoUploadTable> = {},
): Promise<{ id: string; photoId: string }> {
  const id = randomUUID()
  const photo = { id: randomUUID(), width: 1_600, height: 1_200, preview: '1QcSHQRnh493V4dIh4eXh1h4kJUI', bytes: 9 }
  await store.db
    .insertInto('photo_upload')
    .values({
      ...{ id, classroom_id: classroomId, bytes: 12, received: 12, touched_at: toFiveMinutes(clock.now()) },
      ...{ token_hash: null, photo: JSON.stringify(photo), verdict: null, ...changes },
    })
    .execute()
  const variants = changes.photo === null ? [] : (['whole', 'small'] as const)
  for (const variant of variants) {
    const content = Buffer.from(`a picture ${variant}`)
    await store.db
      .insertInto('photo_content')
      .values({
        ...{ photo_id: photo.id, variant, classroom_id: classroomId, bytes: content.length },
        ...{ type: 'image/jpeg', content },
      })
      .execute()
  }
  return { id, photoId: photo.id }
}

/** A file that somebody has uploaded with their account, whole. */
export async function putFile(store: Store, userId: string, changes: Partial<FileTable> = {}): Promise<string> {
  const [id, contentId] = [randomUUID(), randomUUID()]
  const sha256 = 'a'.repeat(64)
  await store.db
    .insertInto('file')
    .values({
      ...{ id, user_id: userId, name: 'sheet.pdf', shown_as: 'document', bytes: 10, sha256, duration_ms: null },
      ...{ content_id: contentId, kind: 'document', type: 'application/pdf', width: null, height: null, preview: null },
      ...{ created_at: LESSON_AT, touched_at: LESSON_AT, ...changes },
    })
    .execute()
  await store.db
    .insertInto('file_content')
    .values({ id: contentId, bytes: 10, sha256, small_bytes: null, created_at: LESSON_AT })
    .execute()
  return id
}

const CLASSROOM_TABLES = {
  log: 'id',
  command: 'id',
  classroom: 'id',
  classroom_staff: 'user_id',
  question: 'id',
  reply: 'id',
  vote: 'id',
  poll: 'id',
  poll_answer: 'id',
  spent_token: 'token_hash',
  photo_upload: 'id',
  photo_content: 'photo_id',
  reply_file: 'reply_id',
} as const satisfies Partial<Record<keyof Schema, string>>

/** Every table that a classroom's log writes, so that a test can say that nothing changed. */
export async function dumpClassrooms(store: Store): Promise<Record<string, unknown[]>> {
  const tables: Record<string, unknown[]> = {}
  for (const [table, key] of Object.entries(CLASSROOM_TABLES)) {
    tables[table] = await store.db
      .selectFrom(table as keyof typeof CLASSROOM_TABLES)
      .selectAll()
      .orderBy(key)
      .execute()
  }
  return tables
}

export function createReceipt(): { receipt: string; receiptHash: string } {
  const bytes = randomBytes(32)
  return { receipt: bytes.toString('base64url'), receiptHash: createHash('sha256').update(bytes).digest('base64url') }
}

export type Asked = StudentCommandOf<'question.ask'> & { receipt: string }

/** What a student types, with the receipt that their browser keeps. */
export function ask(text = 'Why is 0! = 1?', changes: Partial<StudentCommandOf<'question.ask'>> = {}) {
  const { receipt, receiptHash } = createReceipt()
  const command: StudentCommandOf<'question.ask'> = {
    type: 'question.ask',
    id: randomUUID(),
    text,
    name: null,
    receiptHash,
    ...changes,
  }
  return { command, receipt, id: command.id }
}
export function edit(questionId: string, receipt: string, text = 'Edited'): StudentCommandOf<'question.edit'> {
  return { type: 'question.edit', id: randomUUID(), questionId, receipt, text }
}
export function withdraw(questionId: string, receipt: string): StudentCommandOf<'question.withdraw'> {
  return { type: 'question.withdraw', id: randomUUID(), questionId, receipt }
}
export function vote(questionId: string, receiptHash = createReceipt().receiptHash): StudentCommandOf<'vote.cast'> {
  return { type: 'vote.cast', id: randomUUID(), questionId, receiptHash }
}
export function retract(questionId: string, receipt: string): StudentCommandOf<'vote.retract'> {
  return { type: 'vote.retract', id: randomUUID(), questionId, receipt }
}
export function follow(questionId: string, receipt: string, text = 'And then?'): StudentCommandOf<'reply.follow-up'> {
  return { type: 'reply.follow-up', id: randomUUID(), questionId, receipt, text }
}
export function post(
  questionId: string,
  receiptHash = createReceipt().receiptHash,
  text = 'Because.',
): StudentCommandOf<'reply.post'> {
  return { type: 'reply.post', id: randomUUID(), questionId, text, receiptHash }
}
export function withdrawReply(replyId: string, receipt: string): StudentCommandOf<'reply.withdraw'> {
  return { type: 'reply.withdraw', id: randomUUID(), replyId, receipt }
}
export function choose(
  pollId: string,
  choice: number[] | string,
  receiptHash = createReceipt().receiptHash,
): StudentCommandOf<'poll.answer'> {
  return { type: 'poll.answer', id: randomUUID(), pollId, receiptHash, choice }
}

type Fields<Type extends StaffCommand['type']> = Omit<StaffCommandOf<Type>, 'type' | 'id'>

export function set(changes: Fields<'classroom.set'>): StaffCommandOf<'classroom.set'> {
  return { type: 'classroom.set', id: uuidv7(), ...changes }
}
export function judge(
  questionId: string,
  state: StaffCommandOf<'question.judge'>['state'],
  changes: Partial<Fields<'question.judge'>> = {},
): StaffCommandOf<'question.judge'> {
  return { type: 'question.judge', id: uuidv7(), questionId, state, reason: null, note: null, ...changes }
}
export function mark(
  questionId: string,
  changes: Omit<Fields<'question.mark'>, 'questionId'>,
): StaffCommandOf<'question.mark'> {
  return { type: 'question.mark', id: uuidv7(), questionId, ...changes }
}
export function merge(questionId: string, into: string): StaffCommandOf<'question.merge'> {
  return { type: 'question.merge', id: uuidv7(), questionId, into }
}
export function removePhoto(questionId: string): StaffCommandOf<'photo.remove'> {
  return { type: 'photo.remove', id: uuidv7(), questionId }
}
export function answer(
  questionId: string,
  text = 'Since the product is empty.',
  files?: StaffCommandOf<'reply.answer'>['files'],
): StaffCommandOf<'reply.answer'> {
  return { type: 'reply.answer', id: uuidv7(), questionId, text, ...(files && { files }) }
}
export function judgeReply(
  replyId: string,
  changes: Omit<Fields<'reply.judge'>, 'replyId'>,
): StaffCommandOf<'reply.judge'> {
  return { type: 'reply.judge', id: uuidv7(), replyId, ...changes }
}
export function focus(questionId: string | null, pollId: string | null = null): StaffCommandOf<'focus.set'> {
  return { type: 'focus.set', id: uuidv7(), questionId, pollId }
}
export function poll(
  kind: StaffCommandOf<'poll.create'>['kind'] = 'one',
  options: string[] = kind === 'words' || kind === 'scale' ? [] : ['Yes', 'No', 'Perhaps'],
  results: 'live' | 'reveal' = 'live',
  right: number[] | null = null,
): StaffCommandOf<'poll.create'> {
  return {
    type: 'poll.create',
    id: uuidv7(),
    kind,
    question: 'Is it so?',
    options,
    results,
    ...(right !== null && { right }),
  }
}
export function setPoll(pollId: string, changes: Omit<Fields<'poll.set'>, 'pollId'>): StaffCommandOf<'poll.set'> {
  return { type: 'poll.set', id: uuidv7(), pollId, ...changes }
}
export function readTo(n: number): StaffCommandOf<'staff.read'> {
  return { type: 'staff.read', id: uuidv7(), n }
}
export function addStaff(userId: string): StaffCommandOf<'staff.add'> {
  return { type: 'staff.add', id: uuidv7(), userId }
}
export function removeStaff(userId: string): StaffCommandOf<'staff.remove'> {
  return { type: 'staff.remove', id: uuidv7(), userId }
}
