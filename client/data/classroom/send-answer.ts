import { asMessages } from '../../sync/classroom/answers-as-messages.ts'
import { enqueueAnswer } from '../../sync/classroom/staff-outbox.ts'
import { createRandomId } from '../../sync/classroom/secrets.ts'
import { cancelFile } from '../../sync/files/cancel-file.ts'
import { createContents } from '../../sync/files/contents.ts'
import { toOutgoingText } from '../composing/outgoing-text.ts'
import { toUpload, type ChosenFile } from '../files/chosen-files.ts'
import { toAnswerFiles } from './answer-files.ts'
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
  const { db, clock, newId } = toAnswerFiles(opened)
  const upload = toUpload(voice, { conversationId: questionId, messageId: '', place: 0 }, newId)
  await createContents(db, () => clock.now()).put(upload.id, 'whole', voice.content)
  await opened.db.uploads.add(upload)
  await sendAnswer(opened, questionId, '', [upload.id])
}

/** Takes a file out of an answer that waits for its files; see `cancel-file.ts`. */
export async function cancelAnswerFile({ storage }: Pick<OpenedClassroom, 'storage'>, fileId: string): Promise<void> {
  await storage.transact(({ uploads, outbox }) => cancelFile({ uploads, outbox: asMessages(outbox) }, fileId))
}
