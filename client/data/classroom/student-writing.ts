import { cleanLine } from '../../../shared/clean-text.ts'
import type { StudentCommand } from '../../../shared/classroom/commands.ts'
import type { ClassroomDatabase, OwnReceipt } from '../../sync/classroom/database.ts'
import { lookAt } from '../../sync/classroom/news.ts'
import { createRandomId, createSecret, deriveReceipt, hashOf } from '../../sync/classroom/secrets.ts'
import { enqueueQuestion, enqueueStudent } from '../../sync/classroom/student-outbox.ts'
import { listGiven } from '../../sync/classroom/tables.ts'
import { toOutgoingText } from '../composing/outgoing-text.ts'
import type { OpenedClassroom } from './opened-classroom.ts'

/*
 * What a student can do. Every action is stored on this device and shown at once, with network or without;
 * it is sent when it can be.
 */

/** Asks, with the photo that was chosen if there is one, and returns the question's id. */
export async function ask(opened: OpenedClassroom, typed: { text: string; name: string | null }): Promise<string> {
  const text = toOutgoingText(typed.text)
  const name = typed.name === null ? null : cleanLine(typed.name)
  const id = createRandomId()
  const receipt = await createReceipt({ id, of: 'question', questionId: id, text, name })
  const { receiptHash } = receipt
  await enqueueQuestion(opened.storage, { type: 'question.ask', id, text, name, receiptHash }, receipt)
  // From now on there is something to lose.
  if ((await opened.db.receipts.count()) === 1) opened.environment.persistStorage()
  return id
}

export async function editQuestion(opened: OpenedClassroom, questionId: string, typed: string): Promise<void> {
  const text = toOutgoingText(typed)
  const { secret } = await getReceipt(opened.db, questionId)
  const command = { type: 'question.edit', id: createRandomId(), questionId, receipt: secret, text } as const
  await enqueueStudent(opened.storage, questionId, command)
}

export async function withdrawQuestion(opened: OpenedClassroom, questionId: string): Promise<void> {
  const { secret } = await getReceipt(opened.db, questionId)
  const command = { type: 'question.withdraw', id: createRandomId(), questionId, receipt: secret } as const
  await enqueueStudent(opened.storage, questionId, command)
}

/** "I have the same question." */
export async function vote(opened: OpenedClassroom, questionId: string): Promise<void> {
  const receiptHash = hashOf(await receiptFor(opened.db, questionId))
  await enqueueStudent(opened.storage, questionId, { type: 'vote.cast', id: createRandomId(), questionId, receiptHash })
}

/** Takes one's vote back, also where it was given to what was merged into this question since. */
export async function retractVote(opened: OpenedClassroom, questionId: string): Promise<void> {
  const { db } = opened
  const merged = await db.questions.filter((row) => row.mergedInto === questionId).primaryKeys()
  const given = listGiven(await db.votes.bulkGet(merged))
  for (const id of [questionId, ...given]) {
    const isGiven = listGiven([await db.votes.get(id)]).length > 0 || (await hasWaitingVote(db, id))
    if (!isGiven) continue
    const receipt = await receiptFor(db, id)
    await enqueueStudent(opened.storage, id, { type: 'vote.retract', id: createRandomId(), questionId: id, receipt })
  }
}

/** Says more in the thread of one's own question, also when it stands in the one that it was merged into. */
export async function followUp(opened: OpenedClassroom, questionId: string, typed: string): Promise<string> {
  const text = toOutgoingText(typed)
  const own = await findOwnQuestion(opened.db, questionId)
  const id = createRandomId()
  const { secret, receiptHash } = own
  const receipt: OwnReceipt = {
    ...{ id, of: 'follow-up', questionId: own.id, secret, receiptHash, text },
    ...{ name: null, accepted: false, looked: null },
  }
  const command = { type: 'reply.follow-up', id, questionId: own.id, receipt: secret, text } as const
  await enqueueStudent(opened.storage, own.id, command, receipt)
  return id
}

/** Answers somebody else's question, where everyone may. */
export async function postReply(opened: OpenedClassroom, questionId: string, typed: string): Promise<string> {
  const text = toOutgoingText(typed)
  const id = createRandomId()
  const receipt = await createReceipt({ id, of: 'reply', questionId, text, name: null })
  const { receiptHash } = receipt
  await enqueueStudent(opened.storage, questionId, { type: 'reply.post', id, questionId, text, receiptHash }, receipt)
  return id
}

export async function withdrawReply(opened: OpenedClassroom, replyId: string): Promise<void> {
  const { secret, questionId } = await getReceipt(opened.db, replyId)
  const command: StudentCommand = { type: 'reply.withdraw', id: createRandomId(), replyId, receipt: secret }
  await enqueueStudent(opened.storage, questionId, command)
}

/** Indices of options, or for free words one word. */
export async function answerPoll(opened: OpenedClassroom, pollId: string, choice: number[] | string): Promise<void> {
  const receiptHash = hashOf(await receiptFor(opened.db, pollId))
  const cleaned = typeof choice === 'string' ? cleanLine(choice) : choice
  const command = { type: 'poll.answer', id: createRandomId(), pollId, receiptHash, choice: cleaned } as const
  await enqueueStudent(opened.storage, pollId, command)
}

/** What became of one's own question is no news any more. */
export async function markLookedAt(opened: OpenedClassroom, questionId: string): Promise<void> {
  await lookAt(opened.db, questionId)
}

type ReceiptStart = Pick<OwnReceipt, 'id' | 'of' | 'questionId' | 'text' | 'name'>

async function createReceipt(start: ReceiptStart): Promise<OwnReceipt> {
  const secret = createSecret()
  return { ...start, secret, receiptHash: hashOf(secret), accepted: false, looked: null }
}

/** Throws for what this browser has not written. */
async function getReceipt(db: ClassroomDatabase, id: string): Promise<OwnReceipt> {
  const receipt = await db.receipts.get(id)
  if (receipt === undefined) throw new Error('this browser has no receipt for it')
  return receipt
}

async function findOwnQuestion(db: ClassroomDatabase, questionId: string): Promise<OwnReceipt> {
  const own = await db.receipts.get(questionId)
  if (own?.of === 'question') return own
  const merged = await db.questions.filter((row) => row.mergedInto === questionId).primaryKeys()
  const receipts = await db.receipts.bulkGet(merged)
  const found = receipts.find((receipt) => receipt?.of === 'question')
  if (found === undefined) throw new Error('only its asker follows up')
  return found
}

async function hasWaitingVote(db: ClassroomDatabase, questionId: string): Promise<boolean> {
  const entries = await db.outbox.where({ subject: questionId }).toArray()
  return entries.some(({ command, state }) => command.type === 'vote.cast' && state.kind !== 'refused')
}

async function receiptFor(db: ClassroomDatabase, id: string): Promise<string> {
  return deriveReceipt(await getSecret(db), id)
}

/** This browser's secret in this classroom, made when it is first needed. */
async function getSecret(db: ClassroomDatabase): Promise<string> {
  const made = createSecret()
  return db.transaction('rw', db.meta, async () => {
    const found = await db.meta.get('secret')
    if (found?.key === 'secret') return found.secret
    await db.meta.put({ key: 'secret', secret: made })
    return made
  })
}
