import type { StudentCommand, StudentCommandOf } from '../../../shared/classroom/commands.ts'
import { unreachable } from '../../../shared/unreachable.ts'
import { holdsAll } from '../log/move-position.ts'
import { DELETED } from './connection.ts'
import { getConnection } from './find-connection.ts'
import type { OwnPhoto, OwnReceipt, ClassroomOutboxEntry, ClassroomEntryState } from './database.ts'
import { createRandomId } from './secrets.ts'
import { findRow, listGiven, type ClassroomTables, type ClassroomWriter } from './tables.ts'

/*
 * A student's outbox. Each entry:
 *
 *              written                    accepted at seq            cursor reaches seq
 *   (screen) ───────────▶ waiting ───────────────────────▶ accepted ──────────────────▶ gone
 *                          │    ▲
 *                  refused │    │ tried again, or changed
 *                          ▼    │
 *                          refused ──── dropped by its writer ────▶ gone
 *
 * What has never left the device is changed in place: an edited question is asked as it reads now, a
 * vote taken back was never given. Once the server may have it (`sent`), the change is a command of its
 * own, behind it. A question that is refused holds back what else was written about it.
 */

/** Adds a command, joined with what still waits about the same thing, and what its writer knows it by. */
export async function enqueueStudent(
  { transact }: ClassroomWriter,
  subject: string,
  command: StudentCommand,
  receipt: OwnReceipt | null = null,
): Promise<void> {
  await transact((tables) => enqueueIn(tables, subject, command, receipt))
}

/** Asks a question, which takes the photo along that was chosen for it. */
export async function enqueueQuestion(
  { transact }: ClassroomWriter,
  command: StudentCommandOf<'question.ask'>,
  receipt: OwnReceipt,
): Promise<void> {
  await transact(async (tables) => {
    const chosen = await findRow(tables.photos, '')
    const photo = chosen === undefined ? undefined : { id: chosen.uploadId, description: chosen.description.trim() }
    await enqueueIn(tables, command.id, { ...command, ...(photo && { photo }) }, receipt)
    if (chosen === undefined) return
    await tables.photos.bulkPut([{ ...chosen, questionId: command.id }])
    await tables.photos.bulkDelete([''])
  })
}

async function enqueueIn(
  tables: ClassroomTables,
  subject: string,
  command: StudentCommand,
  receipt: OwnReceipt | null,
): Promise<void> {
  const queued = (await tables.outbox.toArray()).filter((entry) => entry.subject === subject)
  const votes = command.type === 'vote.retract' ? await tables.votes.bulkGet([subject]) : []
  const joined = join(queued, command, listGiven(votes).length > 0)
  for (const entry of joined.removed) await remove(tables, entry)
  const waiting = await toWaiting(tables)
  if (joined.changed !== null) await tables.outbox.bulkPut([{ ...joined.changed, state: waiting }])
  if (joined.added) await tables.addEntry({ id: command.id, subject, command, state: waiting, token: null })
  if (receipt !== null && joined.added) await tables.receipts.bulkPut([receipt])
}

interface Joined {
  removed: readonly ClassroomOutboxEntry[]
  /** An entry whose text or choice is another now. */
  changed: ClassroomOutboxEntry | null
  added: boolean
}

const ADDED: Joined = { removed: [], changed: null, added: true }
const NOTHING: Joined = { removed: [], changed: null, added: false }

/** What becomes of a command and those that wait, or were refused, about the same subject. */
function join(queued: readonly ClassroomOutboxEntry[], command: StudentCommand, isVoted: boolean): Joined {
  const here = queued.filter(({ state }) => !mayBeKnown(state))
  const find = (...types: StudentCommand['type'][]) =>
    here.find((entry) => types.some((type) => entry.command.type === type))
  switch (command.type) {
    case 'question.edit': {
      const edited = find('question.edit')
      if (edited?.command.type === 'question.edit') return change(edited, { ...edited.command, text: command.text })
      const asked = find('question.ask')
      // An edit that is on its way already would come after what the question is changed to.
      const isEdited = queued.some((entry) => isOf(entry, 'question.edit'))
      if (asked?.command.type !== 'question.ask' || isEdited) return ADDED
      return change(asked, { ...asked.command, text: command.text })
    }
    case 'question.withdraw': {
      if (find('question.ask') !== undefined) return { removed: queued, changed: null, added: false }
      const going = queued.some((entry) => entry.command.type === 'question.withdraw' && entry.state.kind !== 'refused')
      if (going) return NOTHING
      return {
        removed: here.filter((entry) => isOf(entry, 'question.edit', 'question.withdraw')),
        changed: null,
        added: true,
      }
    }
    case 'vote.cast':
    case 'vote.retract': {
      const same = queued.findLast(
        (entry) => isOf(entry, 'vote.cast', 'vote.retract') && entry.state.kind !== 'refused',
      )
      if (same?.command.type === command.type) return NOTHING
      // Taken back twice at once, before the screen shows the first: a vote given afterwards would cancel the second.
      if (same === undefined && command.type === 'vote.retract' && !isVoted) return NOTHING
      const other = find(command.type === 'vote.cast' ? 'vote.retract' : 'vote.cast')
      if (other === undefined || other.state.kind === 'refused') {
        return { removed: other === undefined ? [] : [other], changed: null, added: true }
      }
      return { removed: [other], changed: null, added: false }
    }
    case 'reply.withdraw': {
      const posted = here.find((entry) => entry.id === command.replyId)
      if (posted !== undefined) return { removed: [posted], changed: null, added: false }
      const going = queued.some(
        ({ command: other, state }) =>
          other.type === 'reply.withdraw' && other.replyId === command.replyId && state.kind !== 'refused',
      )
      return going ? NOTHING : ADDED
    }
    case 'poll.answer': {
      const answered = find('poll.answer')
      if (answered?.command.type === 'poll.answer')
        return change(answered, { ...answered.command, choice: command.choice })
      return queued.some((entry) => isOf(entry, 'poll.answer')) ? NOTHING : ADDED
    }
    case 'question.ask':
    case 'reply.follow-up':
    case 'reply.post':
      return ADDED
    default:
      return unreachable(command)
  }
}

function change(entry: ClassroomOutboxEntry, command: StudentCommand): Joined {
  return { removed: [], changed: { ...entry, command }, added: false }
}

function isOf(entry: ClassroomOutboxEntry, ...types: StudentCommand['type'][]): boolean {
  return types.some((type) => entry.command.type === type)
}

/** Whether the server may have it; what it refused it has not kept. */
function mayBeKnown(state: ClassroomEntryState): boolean {
  return state.kind === 'accepted' || (state.kind === 'waiting' && state.sent)
}

/** What is written while the classroom is live goes at once; anything else waits until it is. */
async function toWaiting(tables: ClassroomTables): Promise<ClassroomEntryState> {
  const { state, problem } = await getConnection(tables)
  if (problem === 'not_found') return DELETED
  return { kind: 'waiting', departure: { kind: state === 'live' && problem === null ? 'now' : 'queued' }, sent: false }
}

async function remove({ outbox, receipts, photos }: ClassroomTables, entry: ClassroomOutboxEntry): Promise<void> {
  await outbox.bulkDelete([entry.position])
  if (isOf(entry, 'question.ask')) await photos.bulkDelete([entry.id])
  if (isOf(entry, 'question.ask', 'reply.follow-up', 'reply.post')) await receipts.bulkDelete([entry.id])
}

/** Those that may go now: waiting, and nothing before them about the same subject that waits or is a refused question. */
export function listUnblocked(entries: readonly ClassroomOutboxEntry[]): ClassroomOutboxEntry[] {
  const held = new Set<string>()
  return [...entries]
    .sort((one, other) => one.position - other.position)
    .filter((entry) => {
      if (entry.state.kind === 'accepted') return false
      const isFree = entry.state.kind === 'waiting' && !held.has(entry.subject)
      if (entry.state.kind === 'waiting' || isOf(entry, 'question.ask')) held.add(entry.subject)
      return isFree
    })
}

/**
 * A question that was changed in place after it was refused for a while, and is known all the same as it read before:
 * a duplicate of the first request was taken late. What it reads now becomes an edit, unless the log is in another
 * lineage by now, which may not know it: then it is asked again. False for anything else.
 */
export async function becomeEdit(
  { transact }: ClassroomWriter,
  { id, lineage }: { id: string; lineage: string },
): Promise<boolean> {
  return transact(async (tables) => {
    const entry = await findEntry(tables, id)
    const receipt = await findRow(tables.receipts, id)
    if (entry?.command.type !== 'question.ask' || entry.state.kind !== 'waiting' || receipt === undefined) return false
    const { lineage: current } = await tables.getPosition()
    if (current !== lineage) return true
    const { text } = entry.command
    const command = {
      type: 'question.edit',
      id: createRandomId(),
      questionId: id,
      receipt: receipt.secret,
      text,
    } as const
    await updateReceipt(tables, id, { accepted: true })
    await tables.outbox.bulkPut([{ ...entry, id: command.id, command, token: null, state: await toWaiting(tables) }])
    return true
  })
}

/** Notes that the server took a command: what it made is now known to be there, unless the log is in another lineage by now. */
export async function settleAccepted(
  { transact }: ClassroomWriter,
  { id, lineage, seq }: { id: string; lineage: string; seq: number },
): Promise<void> {
  await transact(async (tables) => {
    const entry = await findEntry(tables, id)
    const position = await tables.getPosition()
    if (entry === undefined || position.lineage !== lineage) return
    await keepDone(tables, entry.command)
    if (isOf(entry, 'vote.cast', 'vote.retract')) await forgetEarlierVotes(tables, entry)
    if (holdsAll(position, seq)) await tables.outbox.bulkDelete([entry.position])
    else await tables.outbox.bulkPut([{ ...entry, token: null, state: { kind: 'accepted', seq } }])
  })
}

/** What one said last about a question decides: should the log go back, what one said before is not to come after it. */
async function forgetEarlierVotes({ outbox }: ClassroomTables, { subject, position }: ClassroomOutboxEntry) {
  const earlier = (await outbox.toArray()).filter(
    (entry) =>
      entry.subject === subject &&
      entry.position < position &&
      entry.state.kind === 'accepted' &&
      isOf(entry, 'vote.cast', 'vote.retract'),
  )
  await outbox.bulkDelete(earlier.map((entry) => entry.position))
}

async function keepDone(tables: ClassroomTables, command: ClassroomOutboxEntry['command']): Promise<void> {
  switch (command.type) {
    case 'question.ask':
      await updatePhoto(tables, command.id, { wasMissing: false })
      return updateReceipt(tables, command.id, { accepted: true, text: command.text })
    case 'reply.follow-up':
    case 'reply.post':
      return updateReceipt(tables, command.id, { accepted: true, text: command.text })
    case 'question.edit':
      return updateReceipt(tables, command.questionId, { text: command.text })
    case 'question.withdraw':
      await tables.photos.bulkDelete([command.questionId])
      return updateReceipt(tables, command.questionId, { text: null })
    case 'reply.withdraw':
      return updateReceipt(tables, command.replyId, { text: null })
    case 'vote.cast': {
      const { questionId, receiptHash } = command
      await tables.votes.bulkPut([{ questionId, receiptHash }])
      return
    }
    case 'vote.retract': {
      const { questionId, receipt: takenBack } = command
      const receiptHash = (await findRow(tables.votes, questionId))?.receiptHash ?? ''
      await tables.votes.bulkPut([{ questionId, receiptHash, takenBack }])
      return
    }
    case 'poll.answer': {
      const { pollId, receiptHash, choice } = command
      await tables.choices.bulkPut([{ pollId, receiptHash, choice }])
      return
    }
    default:
      throw new Error(`${command.type} is no command of a student`)
  }
}

async function updateReceipt({ receipts }: ClassroomTables, id: string, change: Partial<OwnReceipt>): Promise<void> {
  const receipt = await findRow(receipts, id)
  if (receipt !== undefined) await receipts.bulkPut([{ ...receipt, ...change }])
}

async function updatePhoto({ photos }: ClassroomTables, questionId: string, change: Partial<OwnPhoto>): Promise<void> {
  const photo = await findRow(photos, questionId)
  if (photo !== undefined) await photos.bulkPut([{ ...photo, ...change }])
}

/**
 * The server has no such photo: it was swept, because its question waited for too long after it, or was lost with the question. It
 * goes up once more, from the beginning; false where that was done in vain, or it is not on this device.
 */
export async function sendPhotoAgain({ transact }: ClassroomWriter, { id }: { id: string }): Promise<boolean> {
  return transact(async (tables) => {
    const photo = await findRow(tables.photos, id)
    if (photo === undefined || photo.wasMissing) return false
    await updatePhoto(tables, id, { isWhole: false, isAnnounced: false, wasMissing: true })
    return true
  })
}

/** Asks a question that was refused without its photo, as if it were written now. */
export async function askWithoutPhoto({ transact }: ClassroomWriter, id: string): Promise<void> {
  await transact(async (tables) => {
    const entry = await findEntry(tables, id)
    if (entry?.command.type !== 'question.ask' || entry.state.kind !== 'refused') return
    const { photo: _, ...command } = entry.command
    await tables.outbox.bulkPut([{ ...entry, command, state: await toWaiting(tables) }])
    await tables.photos.bulkDelete([id])
  })
}

/**
 * Tries a refused command once more, as if written now. It has the same id, so it may pay with the same
 * token: nothing more is revealed by that. A token that was shown with one command never pays for another.
 */
export async function retryStudent({ transact }: ClassroomWriter, id: string): Promise<void> {
  await transact(async (tables) => {
    const entry = await findEntry(tables, id)
    if (entry?.state.kind !== 'refused') return
    await tables.outbox.bulkPut([{ ...entry, state: await toWaiting(tables) }])
    await updatePhoto(tables, id, { wasMissing: false })
  })
}

/** Removes a refused command for good, because its writer said so. */
export async function dropStudent({ transact }: ClassroomWriter, id: string): Promise<void> {
  await transact(async (tables) => {
    const entry = await findEntry(tables, id)
    if (entry?.state.kind === 'refused') await remove(tables, entry)
  })
}

export async function findEntry({ outbox }: ClassroomTables, id: string): Promise<ClassroomOutboxEntry | undefined> {
  return (await outbox.toArray()).find((entry) => entry.id === id)
}
