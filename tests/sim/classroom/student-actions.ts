import type { OwnReceipt, ClassroomOutboxEntry } from '../../../client/sync/classroom/database.ts'
import { listGiven } from '../../../client/sync/classroom/tables.ts'
import type { StudentCommand } from '../../../shared/classroom/commands.ts'
import type { QuestionRow } from '../../../shared/classroom/rows.ts'
import type { Chance } from '../scheduler.ts'
import { hashOf, type Student } from './student.ts'

/** A command, what it is about, and what its writer will know it by. */
export interface StudentAction {
  subject: string
  command: StudentCommand
  receipt?: OwnReceipt
}

interface Scene {
  chance: Chance
  student: Student
  questions: readonly QuestionRow[]
  own: readonly OwnReceipt[]
  /** Of nobody else's but shown, as the screen has them. */
  question: QuestionRow | undefined
  ownQuestion: OwnReceipt | undefined
}

const ACTIONS: [weight: number, act: (scene: Scene) => StudentAction[]][] = [
  [20, ask],
  [6, edit],
  [3, withdraw],
  [22, voteOrRetract],
  [6, followUp],
  [5, postReply],
  [3, withdrawReply],
  [8, answerPoll],
]
const TOTAL = ACTIONS.reduce((sum, [weight]) => sum + weight, 0)

/** What students do, on whatever their browser shows them, as `data/classroom/student-actions.ts` puts it. */
export function actAsStudent(chance: Chance, student: Student): StudentAction[] {
  const { disk } = student
  const questions = [...disk.questions.rows.values()]
  const own = [...disk.receipts.rows.values()]
  const scene: Scene = {
    ...{ chance, student, questions, own },
    question: chance.pick(questions.filter(({ state }) => state === 'shown')),
    ownQuestion: chance.pick(own.filter(({ of, text }) => of === 'question' && text !== null)),
  }
  let dice = chance.between(1, TOTAL)
  const chosen = ACTIONS.find(([weight]) => (dice -= weight) <= 0)
  return chosen?.[1](scene) ?? []
}

function ask({ chance }: Scene): StudentAction[] {
  const id = chance.randomId()
  // A word that holds a question until staff have looked at it.
  const text = `${chance.happens(0.15) ? 'zebra' : 'question'} ${chance.between(0, 999)}`
  const receipt = createReceipt(chance, { id, of: 'question', questionId: id, text })
  const { receiptHash } = receipt
  return [{ subject: id, command: { type: 'question.ask', id, text, name: null, receiptHash }, receipt }]
}

function edit({ chance, ownQuestion }: Scene): StudentAction[] {
  if (ownQuestion === undefined) return []
  const { id: questionId, secret: receipt } = ownQuestion
  const text = `edited ${chance.between(0, 999)}`
  const command: StudentCommand = { type: 'question.edit', id: chance.randomId(), questionId, receipt, text }
  return [{ subject: questionId, command }]
}

function withdraw({ chance, ownQuestion }: Scene): StudentAction[] {
  if (ownQuestion === undefined) return []
  const { id: questionId, secret: receipt } = ownQuestion
  return [{ subject: questionId, command: { type: 'question.withdraw', id: chance.randomId(), questionId, receipt } }]
}

function voteOrRetract(scene: Scene): StudentAction[] {
  const { chance, student, question } = scene
  if (question === undefined) return []
  const { identity } = student
  const merged = scene.questions.filter(({ mergedInto }) => mergedInto === question.id).map(({ id }) => id)
  const given = [question.id, ...merged].filter((id) => hasVoted(student, id))
  if (given.length === 0) {
    const receiptHash = hashOf(identity.receiptFor(question.id))
    const command: StudentCommand = { type: 'vote.cast', id: chance.randomId(), questionId: question.id, receiptHash }
    return [{ subject: question.id, command }]
  }
  // Most stay with what they said.
  if (chance.happens(0.4)) return []
  return given.map((questionId) => {
    const receipt = identity.receiptFor(questionId)
    return { subject: questionId, command: { type: 'vote.retract', id: chance.randomId(), questionId, receipt } }
  })
}

function hasVoted({ disk }: Student, questionId: string): boolean {
  const last = listVotes(disk.outbox.rows.values(), questionId).at(-1)
  return last === undefined
    ? listGiven([disk.votes.rows.get(questionId)]).length > 0
    : last.command.type === 'vote.cast'
}

function listVotes(entries: Iterable<ClassroomOutboxEntry>, questionId: string): ClassroomOutboxEntry[] {
  return [...entries]
    .filter(({ subject, command, state }) => {
      return subject === questionId && command.type.startsWith('vote.') && state.kind !== 'refused'
    })
    .sort((one, other) => one.position - other.position)
}

function followUp({ chance, ownQuestion }: Scene): StudentAction[] {
  if (ownQuestion === undefined) return []
  const id = chance.randomId()
  const { id: questionId, secret, receiptHash } = ownQuestion
  const text = `more ${chance.between(0, 999)}`
  const receipt: OwnReceipt = {
    ...{ id, of: 'follow-up', questionId, secret, receiptHash, text },
    ...{ name: null, accepted: false, looked: null },
  }
  return [{ subject: questionId, command: { type: 'reply.follow-up', id, questionId, receipt: secret, text }, receipt }]
}

function postReply({ chance, question }: Scene): StudentAction[] {
  if (question === undefined) return []
  const id = chance.randomId()
  const text = `${chance.happens(0.15) ? 'zebra' : 'reply'} ${chance.between(0, 999)}`
  const receipt = createReceipt(chance, { id, of: 'reply', questionId: question.id, text })
  const { receiptHash } = receipt
  return [
    { subject: question.id, command: { type: 'reply.post', id, questionId: question.id, text, receiptHash }, receipt },
  ]
}

function withdrawReply({ chance, own }: Scene): StudentAction[] {
  const reply = chance.pick(own.filter(({ of, text }) => of !== 'question' && text !== null))
  if (reply === undefined) return []
  const { id: replyId, secret: receipt, questionId } = reply
  return [{ subject: questionId, command: { type: 'reply.withdraw', id: chance.randomId(), replyId, receipt } }]
}

function answerPoll({ chance, student }: Scene): StudentAction[] {
  const { disk, identity } = student
  const open = [...disk.polls.rows.values()].filter(({ id, state }) => state === 'open' && !disk.choices.rows.has(id))
  const poll = chance.pick(open)
  if (poll === undefined) return []
  const receiptHash = hashOf(identity.receiptFor(poll.id))
  const common = { type: 'poll.answer', id: chance.randomId(), pollId: poll.id, receiptHash } as const
  if (poll.kind === 'words') {
    return [{ subject: poll.id, command: { ...common, choice: `word ${chance.between(0, 3)}` } }]
  }
  const places = poll.options.map((_, place) => place).filter(() => chance.happens(0.5))
  const choice = poll.kind === 'several' && places.length > 0 ? places : [chance.between(0, poll.options.length - 1)]
  return [{ subject: poll.id, command: { ...common, choice } }]
}

type ReceiptStart = Pick<OwnReceipt, 'id' | 'of' | 'questionId' | 'text'>

function createReceipt(chance: Chance, start: ReceiptStart): OwnReceipt {
  const secret = Buffer.from(chance.bytes(32)).toString('base64url')
  return { ...start, secret, receiptHash: hashOf(secret), name: null, accepted: false, looked: null }
}
