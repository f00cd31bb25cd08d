import type { StudentCommand } from '../../../shared/classroom/commands.ts'
import { getPosition, type ClassroomDatabase, type OwnReceipt, type RoomEntry } from './database.ts'
import { createRandomId } from './secrets.ts'

/*
 * A server that was restored from a backup has another epoch, and may have lost what it once took. All
 * rows are pulled afresh; the outbox and all that is this device's own stay. Once everything is here
 * again, what this browser asked, wrote, voted and took back is offered again where it is missing: under
 * the same ids and receipts, each at a moment of its own.
 */

/** Forgets the rows of another epoch, unless another tab has done so meanwhile. */
export async function forgetRows(db: ClassroomDatabase, was: { epoch: string; cursor: number }): Promise<void> {
  await db.transaction('rw', db.tables, async () => {
    const { epoch, cursor } = await getPosition(db)
    if (epoch !== was.epoch || cursor !== was.cursor) return
    for (const table of [db.classroom, db.desk, db.staff, db.questions, db.replies, db.polls]) await table.clear()
    const accepted = await db.outbox.filter(({ state }) => state.kind === 'accepted').toArray()
    await db.outbox.bulkPut(
      accepted.map((entry) => ({ ...entry, state: { kind: 'waiting', departure: { kind: 'queued' }, sent: true } })),
    )
    await db.meta.put({ key: 'position', epoch: '', cursor: 0, restoring: true })
  })
}

/** Queues what the restored server no longer has of this browser's. */
export async function offerAgain(db: ClassroomDatabase): Promise<void> {
  await db.transaction('rw', db.tables, async () => {
    const position = await getPosition(db)
    if (!position.restoring) return
    const entries = await db.outbox.toArray()
    const lost = [
      ...(await listLostTexts(db, entries)),
      ...(await listVotes(db, entries)),
      ...(await listChoices(db, entries)),
    ]
    for (const { subject, command } of lost) {
      const state: RoomEntry['state'] = { kind: 'waiting', departure: { kind: 'queued' }, sent: true }
      await db.outbox.add({ id: command.id, subject, command, state, token: null })
    }
    await db.meta.put({ ...position, restoring: false })
  })
}

interface Lost {
  subject: string
  command: StudentCommand
}

async function listLostTexts(db: ClassroomDatabase, entries: readonly RoomEntry[]): Promise<Lost[]> {
  const receipts = (await db.receipts.toArray()).filter(({ accepted }) => accepted)
  // Questions first: what was said in a thread follows its question.
  const ordered = [...receipts.filter(({ of }) => of === 'question'), ...receipts.filter(({ of }) => of !== 'question')]
  const waiting = new Set(entries.map(({ id }) => id))
  const changing = new Set(entries.flatMap(({ command }) => ('questionId' in command ? [command.questionId] : [])))
  const lost: Lost[] = []
  for (const receipt of ordered) {
    if (waiting.has(receipt.id)) continue
    const isQuestion = receipt.of === 'question'
    const row = await (isQuestion ? db.questions.get(receipt.id) : db.replies.get(receipt.id))
    const subject = receipt.questionId
    if (row === undefined) {
      if (receipt.text !== null) lost.push({ subject, command: toWrite(receipt, receipt.text) })
    } else if (receipt.text === null && row.state !== 'withdrawn') {
      lost.push({ subject, command: toWithdraw(receipt) })
    } else if (isQuestion && receipt.text !== null && row.text !== null && row.text !== receipt.text) {
      if (!changing.has(receipt.id)) lost.push({ subject, command: toEdit(receipt, receipt.text) })
    }
  }
  return lost
}

function toWrite({ id, of, questionId, secret, receiptHash, name }: OwnReceipt, text: string): StudentCommand {
  switch (of) {
    case 'question':
      return { type: 'question.ask', id, text, name, receiptHash }
    case 'follow-up':
      return { type: 'reply.follow-up', id, questionId, receipt: secret, text }
    case 'reply':
      return { type: 'reply.post', id, questionId, text, receiptHash }
  }
}

function toWithdraw({ id, of, secret }: OwnReceipt): StudentCommand {
  const common = { id: createRandomId(), receipt: secret }
  return of === 'question'
    ? { type: 'question.withdraw', ...common, questionId: id }
    : { type: 'reply.withdraw', ...common, replyId: id }
}

function toEdit({ id, secret }: OwnReceipt, text: string): StudentCommand {
  return { type: 'question.edit', id: createRandomId(), questionId: id, receipt: secret, text }
}

/** Whether the server still has a vote no row tells: one that it has is refused, and costs nothing. */
async function listVotes(db: ClassroomDatabase, entries: readonly RoomEntry[]): Promise<Lost[]> {
  const changing = new Set(
    entries.flatMap(({ command }) =>
      command.type === 'vote.cast' || command.type === 'vote.retract' ? [command.questionId] : [],
    ),
  )
  const votes = (await db.votes.toArray()).filter(({ questionId }) => !changing.has(questionId))
  return votes.map(({ questionId, receiptHash }) => ({
    subject: questionId,
    command: { type: 'vote.cast', id: createRandomId(), questionId, receiptHash },
  }))
}

async function listChoices(db: ClassroomDatabase, entries: readonly RoomEntry[]): Promise<Lost[]> {
  const changing = new Set(entries.flatMap(({ command }) => (command.type === 'poll.answer' ? [command.pollId] : [])))
  const choices = (await db.choices.toArray()).filter(({ pollId }) => !changing.has(pollId))
  return choices.map(({ pollId, receiptHash, choice }) => ({
    subject: pollId,
    command: { type: 'poll.answer', id: createRandomId(), pollId, receiptHash, choice },
  }))
}
