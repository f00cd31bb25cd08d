import type { ClassroomOutboxEntry } from '../../../client/sync/classroom/database.ts'
import type { StudentCommand, StudentCommandOf } from '../../../shared/classroom/commands.ts'
import type { SimDatabase } from '../database.ts'
import { hashOf, type Identity, type Student } from './student.ts'

/*
 * What students said, in order: what becomes of their questions, votes, replies and answers is held against it. Each is
 * there once, says what was said last, and nobody is said to have said what they did not; or it stands refused in its
 * writer's outbox, for them to see.
 */
export interface StudentRecord {
  note(identity: Identity, subject: string, command: StudentCommand): void
  /** A browser is about to throw away what it stored: what never left it is lost, and it is nobody anybody knew. */
  noteEviction(student: Student): void
  /** What is wrong at rest, in sentences. */
  check(database: SimDatabase, students: readonly Student[]): string[]
}

interface Said {
  identity: Identity
  subject: string
  command: StudentCommand
}

export function createStudentRecord(): StudentRecord {
  const said: Said[] = []
  /** Of whom and what one cannot know what became of it. */
  const unknown = new Set<string>()
  const keyOf = ({ secret }: Identity, subject: string) => `${Buffer.from(secret).toString('hex')} ${subject}`

  const listOf = <Type extends StudentCommand['type']>(...types: Type[]) =>
    said.flatMap(({ identity, subject, command }) =>
      types.some((type) => type === command.type)
        ? [{ identity, subject, command: command as StudentCommandOf<Type> }]
        : [],
    )
  const isUnknown = ({ identity, subject }: Said) => unknown.has(keyOf(identity, subject))

  function checkQuestions(database: SimDatabase): string[] {
    const rows = database.all<{ id: string; text: string | null; state: string }>(
      'select id, text, state from question',
    )
    const byId = new Map(rows.map((row) => [row.id, row]))
    const asked = listOf('question.ask')
    const known = new Set(asked.map(({ command }) => command.id))
    const wrong = rows.filter(({ id }) => !known.has(id)).map(({ id }) => `question ${id} was asked by nobody`)
    for (const one of asked) {
      if (isUnknown(one)) continue
      const { id } = one.command
      const row = byId.get(id)
      const changes = listOf('question.edit', 'question.withdraw').filter(({ command }) => command.questionId === id)
      const isWithdrawn = changes.some(({ command }) => command.type === 'question.withdraw')
      if (isWithdrawn && row !== undefined && row.state !== 'withdrawn')
        wrong.push(`question ${id} was withdrawn, and is there`)
      if (isWithdrawn) continue
      const texts = [one.command.text, ...changes.flatMap(({ command }) => ('text' in command ? [command.text] : []))]
      if (row === undefined) wrong.push(`question ${id} was lost`)
      else if (row.text !== texts.at(-1))
        wrong.push(`question ${id} says "${row.text ?? ''}" instead of ${texts.join()}`)
    }
    return wrong
  }

  function checkReplies(database: SimDatabase): string[] {
    const rows = database.all<{ id: string; text: string | null; state: string; author: string }>(
      "select id, text, state, author from reply where author <> 'staff'",
    )
    const byId = new Map(rows.map((row) => [row.id, row]))
    const written = listOf('reply.post', 'reply.follow-up')
    const known = new Set(written.map(({ command }) => command.id))
    const wrong = rows.filter(({ id }) => !known.has(id)).map(({ id }) => `reply ${id} was written by nobody`)
    for (const one of written) {
      if (isUnknown(one)) continue
      const { id, text } = one.command
      const row = byId.get(id)
      const isWithdrawn = listOf('reply.withdraw').some(({ command }) => command.replyId === id)
      // What waits behind a question goes with it when its asker withdraws it before it was asked.
      const isGone = listOf('question.withdraw').some(({ subject }) => subject === one.subject)
      if (isWithdrawn && row !== undefined && row.state !== 'withdrawn')
        wrong.push(`reply ${id} was withdrawn, and is there`)
      if (!isWithdrawn && !isGone && row === undefined) wrong.push(`reply ${id} was lost`)
      if (!isWithdrawn && row !== undefined && row.text !== text) wrong.push(`reply ${id} says "${row.text ?? ''}"`)
    }
    return wrong
  }

  /** As many votes for a question as there are browsers whose last word is one. */
  function checkVotes(database: SimDatabase): string[] {
    const rows = database.all<{ question_id: string; receipt_hash: string }>(
      'select question_id, receipt_hash from vote',
    )
    const given = new Set(rows.map((row) => `${row.question_id} ${row.receipt_hash}`))
    const wrong: string[] = given.size === rows.length ? [] : ['a browser has two votes for one question']
    const last = new Map<string, Said>()
    for (const one of listOf('vote.cast', 'vote.retract')) last.set(keyOf(one.identity, one.subject), one)
    const allowed = new Set<string>()
    for (const one of last.values()) {
      const key = `${one.subject} ${hashOf(one.identity.receiptFor(one.subject))}`
      const isVote = one.command.type === 'vote.cast'
      if (isVote || isUnknown(one)) allowed.add(key)
      if (isVote && !isUnknown(one) && !given.has(key)) wrong.push(`a vote for ${one.subject} was lost`)
    }
    for (const key of given) if (!allowed.has(key)) wrong.push(`a vote that nobody gives counts: ${key}`)
    return wrong
  }

  function checkPolls(database: SimDatabase): string[] {
    const rows = database.all<{ poll_id: string; receipt_hash: string; choice: string }>('select * from poll_answer')
    const given = new Map(rows.map((row) => [`${row.poll_id} ${row.receipt_hash}`, row]))
    const wrong: string[] = given.size === rows.length ? [] : ['a browser has two answers to one poll']
    const allowed = new Set<string>()
    for (const one of listOf('poll.answer')) {
      const key = `${one.subject} ${one.command.receiptHash}`
      allowed.add(key)
      if (!isUnknown(one) && !given.has(key)) wrong.push(`an answer to ${one.subject} was lost`)
    }
    for (const key of given.keys()) if (!allowed.has(key)) wrong.push(`an answer that nobody gave counts: ${key}`)
    return wrong
  }

  return {
    note: (identity, subject, command) => void said.push({ identity, subject, command }),
    noteEviction({ identity, disk }) {
      for (const { subject } of disk.outbox.rows.values()) unknown.add(keyOf(identity, subject))
    },
    check(database, students) {
      // What was refused is its writer's to decide about.
      for (const { identity, disk } of students) {
        for (const entry of disk.outbox.rows.values()) if (isRefused(entry)) unknown.add(keyOf(identity, entry.subject))
      }
      return [...checkQuestions(database), ...checkReplies(database), ...checkVotes(database), ...checkPolls(database)]
    },
  }
}

function isRefused({ state }: ClassroomOutboxEntry): boolean {
  return state.kind === 'refused'
}
