import { enqueueAnswer } from '../../sync/classroom/staff-outbox.ts'
import { createRandomId } from '../../sync/classroom/secrets.ts'
import { createContents } from '../../sync/files/contents.ts'
import { toOutgoingText } from '../composing/outgoing-text.ts'
import { toUpload, type ChosenFile } from '../files/chosen-files.ts'
import { answerChoosing } from './answer-choosing.ts'
import type { OpenedClassroom } from './opened-classroom.ts'

/** Answers a question as staff, offline too, with those of these chosen files that are ready. */
export async function sendAnswer(
  opened: OpenedClassroom,
  questionId: string,
  typed: string,
  fileIds: readonly string[],
): Promise<void> {
  const answer = { type: 'reply.answer', id: createRandomId(), questionId, text: toOutgoingText(typed) } as const
  await enqueueAnswer(opened.storage, answer, fileIds)
  if (fileIds.length > 0) opened.environment.persistStorage()
}

/** Answers with a voice alone; what is being written meanwhile stays in its field. */
export async function sendVoiceAnswer(opened: OpenedClassroom, questionId: string, voice: ChosenFile): Promise<void> {
  const { db, clock, newId } = answerChoosing(opened)
  const upload = toUpload(voice, { conversationId: questionId, messageId: '', place: 0 }, newId)
  await createContents(db, () => clock.now()).put(upload.id, 'whole', voice.content)
  await opened.db.uploads.add(upload)
  await sendAnswer(opened, questionId, '', [upload.id])
}

/**
 * Takes a file out of an answer that waits for its files; an answer of which nothing is left goes with it. Once the answer is on
 * its way nothing changes.
 */
export async function cancelAnswerFile({ db }: Pick<OpenedClassroom, 'db'>, fileId: string): Promise<void> {
  await db.transaction('rw', db.outbox, db.uploads, async () => {
    const upload = await db.uploads.get(fileId)
    const entry = upload === undefined ? undefined : await db.outbox.get({ id: upload.messageId })
    if (entry?.command.type !== 'reply.answer' || entry.state.kind === 'accepted') return
    const siblings = await db.uploads.where({ messageId: entry.id }).toArray()
    // All of them whole, it may be with the server already.
    if (entry.state.kind === 'waiting' && siblings.every(({ state }) => state.kind === 'whole')) return
    const { files: named = [], ...rest } = entry.command
    const files = named.filter(({ id }) => id !== fileId)
    if (files.length === 0 && rest.text === '') await db.outbox.delete(entry.position)
    else await db.outbox.update(entry.position, { command: files.length === 0 ? rest : { ...rest, files } })
    // Of no answer any more: whoever uploads takes it back from the server, and removes what it holds.
    await db.uploads.update(fileId, { messageId: fileId })
  })
}
