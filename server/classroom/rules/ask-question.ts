import { refuse, type ClassroomRefusal } from '../../../shared/classroom/errors.ts'
import { QUESTIONS_MAX } from '../../../shared/classroom/limits.ts'
import type { AskedPhoto, QuestionPhoto } from '../../../shared/classroom/photos.ts'
import type { ClassroomBatch } from '../classroom-batch.ts'
import { toFiveMinutes } from '../five-minutes.ts'
import { takesQuestions } from '../phase.ts'
import { toPhotoColumn, toQuestionPhoto } from '../question-photo.ts'
import { compareMade, type StudentRule } from './rule.ts'
import { checkQuestionText } from './text.ts'

export const askQuestion: StudentRule<'question.ask'> = {
  needs(needs, { id, photo }) {
    needs.questions.add(id)
    if (photo !== undefined) needs.uploads.add(photo.id)
  },
  findMade(batch, { id, receiptHash, text }) {
    const row = batch.findAnyQuestion(id)
    const made = compareMade(batch, row, receiptHash)
    // Its asker has changed it since it left for the first time, and may have to hear that this one came through.
    const isOther = row?.edited === 0 && row.text !== null && row.text !== text
    return made === 'done' && isOther ? 'taken' : made
  },
  decide(batch, { id, text, name, photo: asked, receiptHash }) {
    const { classroom, now } = batch
    if (!takesQuestions(classroom, now)) return refuse('closed')
    if (name !== null && classroom.names === 0) return refuse('names_off')
    const refused = checkQuestionText(text)
    if (refused !== undefined) return refused
    if (classroom.question_count >= QUESTIONS_MAX) return refuse('full')
    const photo = asked && takePhoto(batch, asked)
    if (photo !== undefined && 'code' in photo) return photo
    const mustWait = classroom.mode === 'approval' || (photo !== undefined && classroom.photos === 'held')
    const isHeld = mustWait || batch.isHeld([name ?? '', text, asked?.description ?? ''].join('\n'))
    batch.setQuestion({
      id,
      classroom_id: classroom.id,
      seq: 0,
      n: batch.takeNumber(),
      text,
      name,
      asked_at: toFiveMinutes(now),
      edited: 0,
      receipt_hash: receiptHash,
      state: isHeld ? 'held' : 'shown',
      reason: null,
      note: null,
      merged_into: null,
      pinned: 0,
      answered: 'no',
      muted: 0,
      votes: 0,
      photo: photo === undefined ? null : toPhotoColumn(photo),
    })
    return undefined
  },
}

/** A photo comes to one question, and is an upload no more. */
function takePhoto(batch: ClassroomBatch, { id, description }: AskedPhoto): QuestionPhoto | ClassroomRefusal {
  if (batch.classroom.photos === 'off') return refuse('photos_off')
  const upload = batch.findUpload(id)
  const photo = upload && toQuestionPhoto(upload)
  if (upload === undefined || photo === undefined) return refuse('photo_missing')
  batch.takeUpload(upload)
  return { ...photo, ...(description !== '' && { description }) }
}
