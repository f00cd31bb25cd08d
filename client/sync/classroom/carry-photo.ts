import { PHOTO_PIECE_BYTES_MAX } from '../../../shared/classroom/limits.ts'
import { refuse, type ClassroomErrorBody } from '../../../shared/classroom/errors.ts'
import type { Clock } from '../../../shared/clock.ts'
import { isReadable } from '../files/is-readable.ts'
import type { PieceSize } from '../files/piece-size.ts'
import type { ClassroomAnswer, PhotosApi } from './api.ts'
import { askWithWork } from './ask-with-work.ts'
import type { ClassroomOutboxEntry, OwnPhoto } from './database.ts'
import { findRow, type ClassroomWriter } from './tables.ts'

/*
 * Brings the photo of a question to the server, before the question goes and at the moment that is the question's:
 *
 *   announced ── pieces, from where the last one ended ── drawn by the server ──▶ whole: the question may go
 *       │              │
 *       │              └── the network: the question is queued, and with it the rest of the photo
 *       └── refused ──▶ the question is, with the reason
 *
 * What the server says that it has counts, not what was sent: so a reload, another tab or a week later it goes on from there.
 */

export interface PhotoPart {
  storage: ClassroomWriter
  api: PhotosApi
  clock: Pick<Clock, 'now'>
  pieceSize: PieceSize
  isOver(): boolean
}

export type Carried =
  | { kind: 'whole' }
  /** Its question waits no more, or somebody else is at it. */
  | { kind: 'over' }
  | { kind: 'refused'; error: ClassroomErrorBody['error'] }
  | { kind: 'unreachable' }

/** So often the server may say that it lacks what it had, or has more than was thought, before that is the network's fault. */
const STEPS_BACK_MAX = 5

export async function carryPhoto(
  part: PhotoPart,
  { id: questionId, token }: Pick<ClassroomOutboxEntry, 'id' | 'token'>,
): Promise<Carried> {
  const photo = await findPhoto(part, questionId)
  if (photo === undefined) return { kind: 'over' }
  if (photo.isWhole) return { kind: 'whole' }
  if (!(await isReadable(photo.content))) return GONE
  for (let stepsBack = 0; stepsBack < STEPS_BACK_MAX; stepsBack += 1) {
    const from = await findFrom(part, photo, token, stepsBack)
    if (from.kind !== 'ok') return toCarried(from)
    if (!photo.isAnnounced && stepsBack === 0) await change(part, questionId, { isAnnounced: true })
    await noteSent(part, questionId, from.value.received)
    const sent = await sendFrom(part, photo, from.value.received)
    const answer = sent.kind === 'ok' ? await part.api.finishPhoto(photo.uploadId) : sent
    if (answer === OVER) return OVER
    if (answer.kind === 'ok') {
      await change(part, questionId, { isWhole: true })
      return { kind: 'whole' }
    }
    // It went on elsewhere, or forgot part of it: it says how far it has come.
    const code = answer.kind === 'refused' ? answer.error.code : undefined
    if (code !== 'wrong_offset' && code !== 'not_found' && code !== 'photo_missing') return toCarried(answer)
  }
  return { kind: 'unreachable' }
}

const OVER = { kind: 'over' } as const
const GONE: Carried = {
  kind: 'refused',
  error: refuse('photo_missing', 'This photo is not on this device any more.'),
}

/** How far the server has come; one that never heard of it, or forgot it, is told. */
async function findFrom(
  { api, isOver }: PhotoPart,
  { uploadId, content, isAnnounced }: OwnPhoto,
  token: ClassroomOutboxEntry['token'],
  stepsBack: number,
): Promise<ClassroomAnswer<{ received: number }>> {
  if (isAnnounced || stepsBack > 0) {
    const answer = await api.findReceived(uploadId)
    if (answer.kind !== 'refused' || answer.error.code !== 'not_found') return answer
  }
  const announced = { id: uploadId, bytes: content.size, token }
  return askWithWork((work) => api.announcePhoto({ ...announced, work }), isOver)
}

/** Sends what is left of it, a piece at a time. */
async function sendFrom(
  part: PhotoPart,
  { questionId, uploadId, content }: OwnPhoto,
  received: number,
): Promise<ClassroomAnswer<{ received: number }> | typeof OVER> {
  const { api, clock, pieceSize } = part
  let at = received
  while (at < content.size) {
    if (part.isOver() || (await findPhoto(part, questionId)) === undefined) return OVER
    const began = clock.now()
    const bytes = Math.min(pieceSize.bytes, PHOTO_PIECE_BYTES_MAX)
    const answer = await api.sendPiece(uploadId, at, content.slice(at, at + bytes))
    if (answer.kind !== 'ok') {
      if (answer.kind !== 'refused') pieceSize.onLost()
      return answer
    }
    pieceSize.onCarried(answer.value.received - at, clock.now() - began)
    // Whoever takes nothing of a piece would be sent it for ever.
    if (answer.value.received <= at) return { kind: 'unreachable' }
    at = answer.value.received
    await noteSent(part, questionId, at)
  }
  return { kind: 'ok', value: { received: at } }
}

function toCarried(answer: Exclude<ClassroomAnswer<unknown>, { kind: 'ok' }> | typeof OVER): Carried {
  return answer.kind === 'portal' ? { kind: 'unreachable' } : answer
}

function findPhoto({ storage }: PhotoPart, questionId: string): Promise<OwnPhoto | undefined> {
  return storage.transact(({ photos }) => findRow(photos, questionId))
}

/** For whoever looks: where to go on the server says. */
function noteSent({ storage }: PhotoPart, questionId: string, sent: number): Promise<void> {
  return storage.transact(async ({ meta }) => {
    await meta.bulkPut([{ key: 'carrying', questionId, sent }])
  })
}

/** Stores all that the photo holds with it. Nothing, once it was taken back. */
function change({ storage }: PhotoPart, questionId: string, changes: Partial<OwnPhoto>): Promise<void> {
  return storage.transact(async ({ photos }) => {
    const photo = await findRow(photos, questionId)
    if (photo !== undefined) await photos.bulkPut([{ ...photo, ...changes }])
  })
}
