import type { StaffCommand } from '../../../shared/classroom/commands.ts'
import type { PollRow, QuestionRow, ReplyRow } from '../../../shared/classroom/rows.ts'
import type { ClassroomDisk } from '../memory-classroom.ts'
import type { Chance } from '../scheduler.ts'

interface Scene {
  chance: Chance
  questions: readonly QuestionRow[]
  question: QuestionRow | undefined
  reply: ReplyRow | undefined
  poll: PollRow | undefined
}

const ACTIONS: [weight: number, act: (scene: Scene) => StaffCommand | undefined][] = [
  [10, judge],
  [6, mark],
  [8, merge],
  [10, answer],
  [4, judgeReply],
  [4, focus],
  [7, createPoll],
  [5, setPoll],
  [8, read],
  [4, set],
]
const TOTAL = ACTIONS.reduce((sum, [weight]) => sum + weight, 0)

/** What those do who answer in a classroom, on whatever their desk shows them. */
export function actAsStaff(chance: Chance, desk: ClassroomDisk): StaffCommand | undefined {
  const questions = [...desk.questions.rows.values()]
  const scene: Scene = {
    ...{ chance, questions },
    question: chance.pick(questions.filter(({ state }) => state !== 'withdrawn')),
    reply: chance.pick([...desk.replies.rows.values()].filter(({ state }) => state !== 'withdrawn')),
    poll: chance.pick([...desk.polls.rows.values()]),
  }
  let dice = chance.between(1, TOTAL)
  const chosen = ACTIONS.find(([weight]) => (dice -= weight) <= 0)
  return chosen?.[1](scene)
}

function judge({ chance, question }: Scene): StaffCommand | undefined {
  if (question === undefined) return undefined
  const state = chance.pick(['shown', 'shown', 'shown', 'held', 'rephrase', 'dismissed'] as const) ?? 'shown'
  const reason = state === 'dismissed' ? 'off_topic' : null
  return { type: 'question.judge', id: chance.id(), questionId: question.id, state, reason, note: null }
}

function mark({ chance, question }: Scene): StaffCommand | undefined {
  if (question === undefined) return undefined
  const change = chance.pick([{ pinned: chance.happens(0.5) }, { answered: 'aloud' }, { muted: false }] as const)
  return { type: 'question.mark', id: chance.id(), questionId: question.id, ...change }
}

function merge({ chance, question, questions }: Scene): StaffCommand | undefined {
  const into = chance.pick(questions.filter(({ id, state }) => state === 'shown' && id !== question?.id))
  if (question === undefined || into === undefined) return undefined
  return { type: 'question.merge', id: chance.id(), questionId: question.id, into: into.id }
}

function answer({ chance, question }: Scene): StaffCommand | undefined {
  if (question === undefined) return undefined
  return { type: 'reply.answer', id: chance.id(), questionId: question.id, text: `answer ${chance.between(0, 999)}` }
}

function judgeReply({ chance, reply }: Scene): StaffCommand | undefined {
  if (reply === undefined) return undefined
  const change = chance.pick([{ state: 'shown' }, { state: 'dismissed' }, { endorsed: chance.happens(0.5) }] as const)
  return { type: 'reply.judge', id: chance.id(), replyId: reply.id, ...change }
}

function focus({ chance, question, poll }: Scene): StaffCommand {
  const isPoll = chance.happens(0.3)
  const questionId = isPoll ? null : (question?.id ?? null)
  return { type: 'focus.set', id: chance.id(), questionId, pollId: isPoll ? (poll?.id ?? null) : null }
}

function createPoll({ chance }: Scene): StaffCommand {
  const kind = chance.pick(['one', 'several', 'scale', 'words'] as const) ?? 'one'
  const options = kind === 'one' || kind === 'several' ? ['Yes', 'No', 'Perhaps'] : []
  const results = chance.happens(0.6) ? 'live' : 'reveal'
  return { type: 'poll.create', id: chance.id(), kind, question: `poll ${chance.between(0, 99)}`, options, results }
}

function setPoll({ chance, poll }: Scene): StaffCommand | undefined {
  if (poll === undefined) return undefined
  const change = chance.happens(0.5) ? { state: chance.happens(0.5) ? 'open' : 'closed' } : { revealed: true }
  return { type: 'poll.set', id: chance.id(), pollId: poll.id, ...(change as { revealed: true }) }
}

function read({ chance, questions }: Scene): StaffCommand {
  return { type: 'staff.read', id: chance.id(), n: Math.max(0, ...questions.map(({ n }) => n)) }
}

function set({ chance }: Scene): StaffCommand {
  const change = chance.pick([
    { mode: 'open' },
    { mode: 'open' },
    { mode: 'approval' },
    { mode: 'closed' },
    { answers: 'staff' },
    { answers: 'everyone' },
    { slowSeconds: 0 },
    { slowSeconds: chance.between(1, 2) },
    { title: `lecture ${chance.between(0, 99)}` },
  ] as const)
  return { type: 'classroom.set', id: chance.id(), ...change }
}
