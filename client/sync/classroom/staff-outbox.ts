import { CLASSROOM_ERRORS } from '../../../shared/classroom/errors.ts'
import type { StaffCommand, StaffCommandOf } from '../../../shared/classroom/commands.ts'
import type { StaffCommandResult } from '../../../shared/classroom/http.ts'
import type { Upload } from '../database.ts'
import { listAwaiting } from '../files/awaiting.ts'
import { cancelFile } from '../files/cancel-file.ts'
import { sendFilesAgain } from '../files/send-again.ts'
import { takeChosen } from '../files/take-chosen.ts'
import { holdFrom, listDue } from '../log/outbox.ts'
import { holdsAll } from '../log/move-position.ts'
import { asMessages } from './answers-as-messages.ts'
import type { ClassroomOutboxEntry } from './database.ts'
import type { ClassroomTables, ClassroomWriter } from './tables.ts'

/*
 * The outbox of staff, sent in the order in which it was written. Staff have names; so nothing is delayed, and nothing
 * is sent apart. An answer whose files are on their way holds up nothing but what is about itself: it goes when they are
 * whole. Until then it has not left, and is changed, or taken back, in place.
 */

/** These say how something is, so that an older one gives way to a newer one while it waits. */
const OVERTAKEN: readonly StaffCommand['type'][] = ['staff.read', 'focus.set']

const WAITING = { kind: 'waiting', departure: { kind: 'now' }, sent: false } as const

/** Adds a command of staff. */
export async function enqueueStaff({ transact }: ClassroomWriter, command: StaffCommand): Promise<void> {
  const subject = 'questionId' in command ? (command.questionId ?? '') : ''
  await transact(async (tables) => {
    const { outbox, addEntry } = tables
    if (command.type === 'reply.judge' && (await changeAwaiting(tables, command))) return
    if (OVERTAKEN.includes(command.type)) {
      const overtaken = (await outbox.toArray()).filter(
        (entry) => entry.command.type === command.type && entry.state.kind === 'waiting',
      )
      await outbox.bulkDelete(overtaken.map(({ position }) => position))
    }
    await addEntry({ id: command.id, subject, command, token: null, state: WAITING })
  })
}

/**
 * Adds an answer with those of these chosen files that are ready. Another tab may have sent them just now: then an answer of
 * which nothing is left is none.
 */
export async function enqueueAnswer(
  { transact }: ClassroomWriter,
  answer: StaffCommandOf<'reply.answer'>,
  fileIds: readonly string[],
): Promise<void> {
  await transact(async ({ uploads, addEntry }) => {
    const files = await takeChosen(uploads, fileIds, answer.id)
    if (answer.text === '' && files.length === 0) return
    const command = files.length === 0 ? answer : { ...answer, files }
    await addEntry({ id: answer.id, subject: answer.questionId, command, token: null, state: WAITING })
  })
}

/** Takes back or changes an answer that waits for its files; false where it may have left. */
async function changeAwaiting(
  { outbox, uploads }: ClassroomTables,
  { replyId, state, text }: StaffCommandOf<'reply.judge'>,
): Promise<boolean> {
  const awaiting = listAwaiting(await uploads.toArray())
  const entry = (await outbox.toArray()).find(({ id }) => id === replyId)
  if (entry?.command.type !== 'reply.answer' || entry.state.kind !== 'waiting' || !awaiting.has(replyId)) return false
  if (state === 'withdrawn') await outbox.bulkDelete([entry.position])
  else if (text === undefined) return false
  else await outbox.bulkPut([{ ...entry, command: { ...entry.command, text } }])
  return true
}

/** Tries a refused command of staff once more; it goes to the end. */
export async function retryStaff({ transact }: ClassroomWriter, id: string): Promise<void> {
  await transact((tables) => retryWithin(tables, id))
}

/** Sends a refused answer once more, without these files of it. */
export async function retryWithoutFiles(
  { transact }: ClassroomWriter,
  id: string,
  isOut: (upload: Upload) => boolean,
): Promise<void> {
  await transact(async (tables) => {
    const { uploads, outbox } = tables
    for (const upload of await uploads.toArray()) {
      if (upload.messageId === id && isOut(upload)) {
        await cancelFile({ uploads, outbox: asMessages(outbox) }, upload.id)
      }
    }
    await retryWithin(tables, id)
  })
}

async function retryWithin({ outbox, addEntry }: ClassroomTables, id: string): Promise<void> {
  const entry = (await outbox.toArray()).find((one) => one.id === id)
  if (entry?.state.kind !== 'refused') return
  const { position, ...rest } = entry
  await outbox.bulkDelete([position])
  await addEntry({ ...rest, state: WAITING })
}

/** Those that may go now, in the order in which they were written. */
export async function listWaitingStaff(
  { outbox, uploads }: ClassroomTables,
  now: number,
): Promise<ClassroomOutboxEntry[]> {
  const awaiting = listAwaiting(await uploads.toArray())
  const isFree = ({ id, command }: ClassroomOutboxEntry) =>
    !awaiting.has(id) && !(command.type === 'reply.judge' && awaiting.has(command.replyId))
  return listDue((await outbox.toArray()).filter(isFree), now, {
    subjectOf: ({ subject }) => subject,
    likenessOf: () => '',
    staysBehind: (_, { subject }) => subject !== '',
  })
}

/** Notes what the server answered to commands of staff. */
export async function settleStaff(
  tables: ClassroomTables,
  results: readonly StaffCommandResult[],
  now: number,
): Promise<void> {
  const position = await tables.getPosition()
  const entries = await tables.outbox.toArray()
  const gone: number[] = []
  const changed: ClassroomOutboxEntry[] = []
  for (const result of results) {
    const entry = entries.find(({ id, state }) => id === result.id && state.kind === 'waiting')
    if (entry === undefined) continue
    if (result.status === 'accepted') {
      if (holdsAll(position, result.seq)) gone.push(entry.position)
      else changed.push({ ...entry, state: { kind: 'accepted', seq: result.seq } })
    } else if (CLASSROOM_ERRORS[result.code].retry) {
      changed.push({ ...entry, state: { ...WAITING, hold: holdFrom(now) } })
    } else if (result.code === 'file_missing' && (await goUpOnceMore(tables, entry.id))) {
      // The answer goes once they are there.
    } else if (entry.command.type === 'staff.read') {
      // A reading position that came too late or lies behind is nothing to decide about.
      gone.push(entry.position)
    } else {
      const { code, message } = result
      changed.push({ ...entry, state: { kind: 'refused', code, message } })
    }
  }
  await tables.outbox.bulkPut(changed)
  await tables.outbox.bulkDelete(gone)
}

/**
 * The server has not all of an answer's files: they waited there for too long, or were lost with its log. False where they went
 * up once more in vain, and where one is not known here.
 */
async function goUpOnceMore({ uploads, outbox }: ClassroomTables, answerId: string): Promise<boolean> {
  const coming = await sendFilesAgain({ uploads, outbox: asMessages(outbox) }, [answerId])
  return coming.get(answerId) === 'first'
}
