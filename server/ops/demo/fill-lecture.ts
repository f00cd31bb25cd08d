import { createHash, randomBytes, randomUUID } from 'node:crypto'
import { uuidv7 } from 'uuidv7'
import type { StaffCommand, StudentCommand } from '../../../shared/classroom/commands.ts'
import type { CreateClassroomBody } from '../../../shared/classroom/http.ts'
import { createClassroomKind } from '../../classroom/kind.ts'
import { makeClassroom } from '../../classroom/make-classroom.ts'
import { submitStaffCommands, submitStudentCommand } from '../../classroom/submit.ts'
import { createSequencer } from '../../log/sequencer.ts'
import type { Store } from '../../store/store.ts'
import { LECTURE, LECTURE_POLLS, LECTURE_TITLE, LECTURE_WORDS, type DemoQuestion } from './lecture.ts'

/** The class began so long ago and is still going on. */
const BEGAN_MS = 50 * 60_000
const MINUTE_MS = 60_000

type Step = { minute: number } & ({ by: 'student'; command: StudentCommand } | { by: 'staff'; command: StaffCommand })

/** Makes a classroom of `ownerId`'s in which a lecture is going on, through the rules that hold for everybody. Throws when a step is refused. */
export async function fillLecture(store: Store, ownerId: string, now: number): Promise<void> {
  const begin = now - BEGAN_MS
  let time = begin
  const sequencer = createSequencer({
    store,
    kind: createClassroomKind(store),
    publish: () => undefined,
    now: () => time,
    onError(error) {
      throw error
    },
  })
  const body: CreateClassroomBody = {
    ...{ title: LECTURE_TITLE, mode: 'open', opensAt: null, endsAt: null, threadsUntil: null, slowSeconds: 0 },
    ...{ answers: 'everyone', names: true, words: [...LECTURE_WORDS], groupId: null },
  }
  const made = await makeClassroom(store, ownerId, body, time)
  if ('code' in made && 'message' in made) throw new Error(`The demo's classroom was refused: ${made.message}`)
  for (const step of planLecture()) {
    time = begin + step.minute * MINUTE_MS
    if (step.by === 'student') {
      const answer = await submitStudentCommand(sequencer, made.id, { command: step.command, tokenHash: null })
      if ('code' in answer) throw new Error(`A step of the demo's lecture was refused: ${answer.message}`)
    } else {
      const [result] = await submitStaffCommands(sequencer, made.id, ownerId, [step.command])
      if (result?.status === 'refused') throw new Error(`A step of the demo's lecture was refused: ${result.message}`)
    }
  }
  await sequencer.close()
}

function planLecture(): Step[] {
  const ids = LECTURE.map(() => randomUUID())
  const steps = [...LECTURE.flatMap((question, at) => planQuestion(question, at, ids)), ...planPolls()]
  const read = LECTURE.length - 3
  steps.push({ minute: 41, by: 'staff', command: { type: 'staff.read', id: uuidv7(), n: read } })
  const [first = ''] = ids
  steps.push({ minute: 42, by: 'staff', command: { type: 'focus.set', id: uuidv7(), questionId: first, pollId: null } })
  return steps.sort((one, other) => one.minute - other.minute)
}

function planQuestion(question: DemoQuestion, at: number, ids: readonly string[]): Step[] {
  const { text, minute, votes, name = null, answers = [], replies = [], fate } = question
  const questionId = ids[at] ?? ''
  const receipt = createReceipt()
  const student = (command: StudentCommand, later: number): Step => ({ minute: minute + later, by: 'student', command })
  const staff = (command: StaffCommand, later: number): Step => ({ minute: minute + later, by: 'staff', command })
  const steps = [student({ type: 'question.ask', id: questionId, text, name, receiptHash: receipt.hash }, 0)]
  for (let count = 0; count < votes; count += 1) {
    const { hash } = createReceipt()
    steps.push(student({ type: 'vote.cast', id: randomUUID(), questionId, receiptHash: hash }, 0.5))
  }
  for (const answer of answers) {
    steps.push(staff({ type: 'reply.answer', id: uuidv7(), questionId, text: answer }, 1))
  }
  for (const reply of replies) {
    const id = randomUUID()
    const own = createReceipt()
    steps.push(
      reply.by === 'asker'
        ? student({ type: 'reply.follow-up', id, questionId, receipt: receipt.secret, text: reply.text }, 2)
        : student({ type: 'reply.post', id, questionId, receiptHash: own.hash, text: reply.text }, 2),
    )
    if (reply.endorsed) steps.push(staff({ type: 'reply.judge', id: uuidv7(), replyId: id, endorsed: true }, 3))
  }
  if (fate !== undefined) {
    const command = toFate(fate, questionId, ids)
    steps.push(
      command === null
        ? student({ type: 'question.withdraw', id: randomUUID(), questionId, receipt: receipt.secret }, 1)
        : staff(command, 1),
    )
  }
  return steps
}

/** What staff do with it; null is what its asker does. */
function toFate(
  fate: NonNullable<DemoQuestion['fate']>,
  questionId: string,
  ids: readonly string[],
): StaffCommand | null {
  const id = uuidv7()
  const judge = { type: 'question.judge', id, questionId, reason: null, note: null } as const
  switch (fate.kind) {
    case 'aloud':
      return { type: 'question.mark', id, questionId, answered: 'aloud' }
    case 'pinned':
      return { type: 'question.mark', id, questionId, pinned: true }
    case 'muted':
      return { type: 'question.mark', id, questionId, muted: true }
    case 'held':
      return { ...judge, state: 'held' }
    case 'rephrase':
      return { ...judge, state: 'rephrase', note: fate.note }
    case 'dismissed':
      return { ...judge, state: 'dismissed', reason: fate.reason, note: fate.note ?? null }
    case 'merged':
      return { type: 'question.merge', id, questionId, into: ids[fate.into] ?? '' }
    case 'withdrawn':
      return null
  }
}

function planPolls(): Step[] {
  return LECTURE_POLLS.flatMap(({ minute, kind, question, options, results, answers, ends }): Step[] => {
    const pollId = uuidv7()
    const command: StaffCommand = { type: 'poll.create', id: pollId, kind, question, options: [...options], results }
    const given = answers.flatMap((count, option) => Array.from({ length: count }, () => option))
    const steps: Step[] = [
      { minute, by: 'staff', command },
      ...given.map((option): Step => {
        const { hash } = createReceipt()
        const answer: StudentCommand = {
          type: 'poll.answer',
          id: randomUUID(),
          pollId,
          receiptHash: hash,
          choice: [option],
        }
        return { minute: minute + 0.5, by: 'student', command: answer }
      }),
    ]
    if (ends === 'revealed') {
      const over: StaffCommand = { type: 'poll.set', id: uuidv7(), pollId, state: 'closed', revealed: true }
      steps.push({ minute: minute + 2, by: 'staff', command: over })
    }
    return steps
  })
}

/** 32 random bytes and their hash, as an asker's browser makes them. */
function createReceipt(): { secret: string; hash: string } {
  const bytes = randomBytes(32)
  return { secret: bytes.toString('base64url'), hash: createHash('sha256').update(bytes).digest('base64url') }
}
