import type { StudentCommand } from '../../../shared/classroom/commands.ts'
import type { QuestionRow, ReplyRow } from '../../../shared/classroom/rows.ts'
import type { OwnPhoto, OwnReceipt, ClassroomOutboxEntry } from './database.ts'
import { createRandomId } from './secrets.ts'
import { findRow, type ClassroomTables } from './tables.ts'

/*
 * A log that went back in time may have lost what it once took. All rows are pulled afresh; the outbox and all that is
 * this device's own stay. Once everything is here again, what this browser asked, wrote, voted and took back is offered
 * again where it is missing: under the same ids and receipts, each at a moment of its own.
 */

const OFFERED: ClassroomOutboxEntry['state'] = { kind: 'waiting', departure: { kind: 'queued' }, sent: true }

/** What was accepted after `start` waits once more. */
export async function prepareOffers({ outbox }: ClassroomTables, start: number): Promise<void> {
  const entries = await outbox.toArray()
  const undone = entries.filter(({ state }) => state.kind === 'accepted' && state.seq > start)
  // A later word on the same may have reached the log as it is now: what came before must not come after it.
  const offered = undone.filter((entry) => !isOvertaken(entry, entries))
  if (offered.length > 0) await outbox.bulkPut(offered.map((entry) => ({ ...entry, state: OFFERED })))
  const overtaken = undone.filter((entry) => !offered.includes(entry))
  if (overtaken.length > 0) await outbox.bulkDelete(overtaken.map(({ position }) => position))
}

/** Of these only what one said last about a question counts. */
const FINAL: readonly StudentCommand['type'][][] = [['vote.cast', 'vote.retract'], ['question.edit']]

function isOvertaken(entry: ClassroomOutboxEntry, entries: readonly ClassroomOutboxEntry[]): boolean {
  const types = FINAL.find((some) => some.some((type) => type === entry.command.type)) ?? []
  return entries.some(
    (other) =>
      other.subject === entry.subject &&
      other.position > entry.position &&
      other.state.kind !== 'refused' &&
      types.some((type) => type === other.command.type),
  )
}

/** What was accepted waits once more. */
export async function offerAccepted(tables: ClassroomTables): Promise<void> {
  await prepareOffers(tables, 0)
}

/** Queues what the log no longer has of this browser's. */
export async function offerAgain(tables: ClassroomTables): Promise<void> {
  const entries = await tables.outbox.toArray()
  const lost = [
    ...(await listLostTexts(tables, entries)),
    ...(await listVotes(tables, entries)),
    ...(await listChoices(tables, entries)),
  ]
  for (const { subject, command } of lost) {
    await tables.addEntry({ id: command.id, subject, command, state: OFFERED, token: null })
  }
}

interface Lost {
  subject: string
  command: StudentCommand
}

async function listLostTexts(tables: ClassroomTables, entries: readonly ClassroomOutboxEntry[]): Promise<Lost[]> {
  const receipts = (await tables.receipts.toArray()).filter(({ accepted }) => accepted)
  // Questions first: what was said in a thread follows its question.
  const ordered = [...receipts.filter(({ of }) => of === 'question'), ...receipts.filter(({ of }) => of !== 'question')]
  const waiting = new Set(entries.map(({ id }) => id))
  // Whoever votes for their own question, or answers below it, changes nothing of what it says.
  const changing = new Set(
    entries.flatMap(({ command }) =>
      command.type === 'question.edit' || command.type === 'question.withdraw' ? [command.questionId] : [],
    ),
  )
  const lost: Lost[] = []
  for (const receipt of ordered) {
    if (waiting.has(receipt.id)) continue
    const isQuestion = receipt.of === 'question'
    const row = await findRow<QuestionRow | ReplyRow>(isQuestion ? tables.questions : tables.replies, receipt.id)
    const subject = receipt.questionId
    if (row === undefined) {
      const photo = isQuestion ? await findRow(tables.photos, receipt.id) : undefined
      if (receipt.text !== null) lost.push({ subject, command: toWrite(receipt, receipt.text, photo) })
    } else if (receipt.text === null && row.state !== 'withdrawn') {
      lost.push({ subject, command: toWithdraw(receipt) })
    } else if (isQuestion && receipt.text !== null && row.text !== null && row.text !== receipt.text) {
      if (!changing.has(receipt.id)) lost.push({ subject, command: toEdit(receipt, receipt.text) })
    }
  }
  return lost
}

function toWrite(
  { id, of, questionId, secret, receiptHash, name }: OwnReceipt,
  text: string,
  own: OwnPhoto | undefined,
): StudentCommand {
  const photo = own && { id: own.uploadId, description: own.description.trim() }
  switch (of) {
    case 'question':
      return { type: 'question.ask', id, text, name, receiptHash, ...(photo && { photo }) }
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

/** Whether the server still has a vote no row tells: one that it has is refused, and one that is not there is taken back in vain. */
async function listVotes(tables: ClassroomTables, entries: readonly ClassroomOutboxEntry[]): Promise<Lost[]> {
  const changing = new Set(
    entries.flatMap(({ command }) =>
      command.type === 'vote.cast' || command.type === 'vote.retract' ? [command.questionId] : [],
    ),
  )
  const votes = (await tables.votes.toArray()).filter(({ questionId }) => !changing.has(questionId))
  return votes.map(({ questionId, receiptHash, takenBack }) => ({
    subject: questionId,
    command:
      takenBack === undefined
        ? { type: 'vote.cast', id: createRandomId(), questionId, receiptHash }
        : { type: 'vote.retract', id: createRandomId(), questionId, receipt: takenBack },
  }))
}

async function listChoices(tables: ClassroomTables, entries: readonly ClassroomOutboxEntry[]): Promise<Lost[]> {
  const changing = new Set(entries.flatMap(({ command }) => (command.type === 'poll.answer' ? [command.pollId] : [])))
  const choices = (await tables.choices.toArray()).filter(({ pollId }) => !changing.has(pollId))
  return choices.map(({ pollId, receiptHash, choice }) => ({
    subject: pollId,
    command: { type: 'poll.answer', id: createRandomId(), pollId, receiptHash, choice },
  }))
}
