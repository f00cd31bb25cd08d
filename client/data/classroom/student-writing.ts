import type { StudentCommand } from '../../../shared/classroom/commands.ts'
import type { ClassroomDatabase, OwnReceipt } from '../../sync/classroom/database.ts'
import { lookAt } from '../../sync/classroom/news.ts'
import { createRandomId, createSecret, deriveReceipt, hashOf } from '../../sync/classroom/secrets.ts'
import { enqueueStudent } from '../../sync/classroom/student-outbox.ts'
import type { OpenClassroom } from './opened-classroom.ts'

/*
 * What a student can do. Every action is stored on this device and shown at once, with network or without;
 * it is sent when it can be.
 */

/** Asks, and returns the question's id. */
export async function ask(room: OpenClassroom, { text, name }: { text: string; name: string | null }): Promise<string> {
  const id = createRandomId()
  const receipt = await createReceipt({ id, of: 'question', questionId: id, text, name })
  const { receiptHash } = receipt
  await enqueueStudent(room.storage, id, { type: 'question.ask', id, text, name, receiptHash }, receipt)
  // From now on there is something to lose.
  if ((await room.db.receipts.count()) === 1) room.environment.persistStorage()
  return id
}

export async function editQuestion(room: OpenClassroom, questionId: string, text: string): Promise<void> {
  const { secret } = await getReceipt(room.db, questionId)
  const command = { type: 'question.edit', id: createRandomId(), questionId, receipt: secret, text } as const
  await enqueueStudent(room.storage, questionId, command)
}

export async function withdrawQuestion(room: OpenClassroom, questionId: string): Promise<void> {
  const { secret } = await getReceipt(room.db, questionId)
  const command = { type: 'question.withdraw', id: createRandomId(), questionId, receipt: secret } as const
  await enqueueStudent(room.storage, questionId, command)
}

/** "I have the same question." */
export async function vote(room: OpenClassroom, questionId: string): Promise<void> {
  const receiptHash = hashOf(await receiptFor(room.db, questionId))
  await enqueueStudent(room.storage, questionId, { type: 'vote.cast', id: createRandomId(), questionId, receiptHash })
}

/** Takes one's vote back, also where it was given to what was merged into this question since. */
export async function retractVote(room: OpenClassroom, questionId: string): Promise<void> {
  const { db } = room
  const merged = await db.questions.filter((row) => row.mergedInto === questionId).primaryKeys()
  const given = (await db.votes.bulkGet(merged)).flatMap((vote) => (vote === undefined ? [] : [vote.questionId]))
  for (const id of [questionId, ...given]) {
    const isGiven = (await db.votes.get(id)) !== undefined || (await hasWaitingVote(db, id))
    if (!isGiven) continue
    const receipt = await receiptFor(db, id)
    await enqueueStudent(room.storage, id, { type: 'vote.retract', id: createRandomId(), questionId: id, receipt })
  }
}

/** Says more in the thread of one's own question, also when it stands in the one that it was merged into. */
export async function followUp(room: OpenClassroom, questionId: string, text: string): Promise<string> {
  const own = await findOwnQuestion(room.db, questionId)
  const id = createRandomId()
  const { secret, receiptHash } = own
  const receipt: OwnReceipt = {
    ...{ id, of: 'follow-up', questionId: own.id, secret, receiptHash, text },
    ...{ name: null, accepted: false, looked: null },
  }
  const command = { type: 'reply.follow-up', id, questionId: own.id, receipt: secret, text } as const
  await enqueueStudent(room.storage, own.id, command, receipt)
  return id
}

/** Answers somebody else's question, where everyone may. */
export async function postReply(room: OpenClassroom, questionId: string, text: string): Promise<string> {
  const id = createRandomId()
  const receipt = await createReceipt({ id, of: 'reply', questionId, text, name: null })
  const { receiptHash } = receipt
  await enqueueStudent(room.storage, questionId, { type: 'reply.post', id, questionId, text, receiptHash }, receipt)
  return id
}

export async function withdrawReply(room: OpenClassroom, replyId: string): Promise<void> {
  const { secret, questionId } = await getReceipt(room.db, replyId)
  const command: StudentCommand = { type: 'reply.withdraw', id: createRandomId(), replyId, receipt: secret }
  await enqueueStudent(room.storage, questionId, command)
}

/** Places of options, or for free words one word. */
export async function answerPoll(room: OpenClassroom, pollId: string, choice: number[] | string): Promise<void> {
  const receiptHash = hashOf(await receiptFor(room.db, pollId))
  await enqueueStudent(room.storage, pollId, { type: 'poll.answer', id: createRandomId(), pollId, receiptHash, choice })
}

/** What became of one's own question is no news any more. */
export async function markLookedAt(room: OpenClassroom, questionId: string): Promise<void> {
  await lookAt(room.db, questionId)
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
