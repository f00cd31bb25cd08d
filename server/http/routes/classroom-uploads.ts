import { Metadata } from '@tus/server'
import * as v from 'valibot'
import { type ClassroomRefusal, refuse } from '../../../shared/classroom/errors.ts'
import { randomId } from '../../../shared/classroom/fields.ts'
import { photoUploadMetadata } from '../../../shared/classroom/http.ts'
import { toIssueSentence } from '../../log/issue-sentence.ts'
import { findClassroom } from '../../classroom/find-classroom.ts'
import { isTokenOf, toTokenHash } from '../../classroom/issuer.ts'
import type { ClassroomTable } from '../../store/schema.ts'
import type { AppParts } from '../app-parts.ts'
import { answerClassroomRefusal } from '../classroom-answers.ts'
import { getClassroomId } from '../classroom-id.ts'
import type { AppContext, AppHandler } from '../context.ts'

/*
 * The photo of a question on its way, in the words of tus 1.0.0: of its core protocol all, of its extensions `creation` and
 * `termination`. Nothing that is sent or answered says whose it is.
 */

const TUS = { 'tus-resumable': '1.0.0' }
const PIECE_TYPE = 'application/offset+octet-stream'

export function announcePhoto({ store, classrooms: { limits, photos } }: AppParts): AppHandler {
  return async (c) => {
    const announced = readAnnounced(c)
    if ('code' in announced) return answerClassroomRefusal(c, announced)
    const classroom = await findClassroom(store.db, getClassroomId(c))
    if (classroom === undefined) return answerClassroomRefusal(c, refuse('not_found'))
    const admission = await limits.admit(classroom, { type: 'photo' }, announced.work)
    if (admission.kind === 'limited') {
      const { refusal, challenge } = admission
      return answerClassroomRefusal(c, refusal, challenge === undefined ? {} : { challenge })
    }
    const paid = findPayment(classroom, announced)
    const outcome = 'code' in paid ? paid : await photos.create(classroom, { ...announced, ...paid })
    if ('code' in outcome) return answerClassroomRefusal(c, outcome)
    const location = `${c.req.path}/${announced.id}`
    return c.body(null, 201, { ...TUS, location, 'upload-offset': String(outcome.received) })
  }
}

interface Announced extends v.InferOutput<typeof photoUploadMetadata> {
  bytes: number
}

function readAnnounced(c: AppContext): Announced | ClassroomRefusal {
  const length = c.req.header('upload-length') ?? ''
  if (!isTus(c) || !/^\d{1,15}$/.test(length)) return NO_TUS
  const parsed = v.safeParse(photoUploadMetadata, parseMetadata(c.req.header('upload-metadata')))
  if (parsed.success) return { ...parsed.output, bytes: Number(length) }
  return refuse('bad_request', `Upload-Metadata: ${toIssueSentence(parsed.issues)}`)
}

function parseMetadata(header: string | undefined): unknown {
  try {
    return Metadata.parse(header)
  } catch {
    return undefined
  }
}

/** Where questions cost a token, it is shown with the photo already, and spent with the question. */
function findPayment(
  { issuer_public: issuer }: ClassroomTable,
  { token }: Announced,
): { tokenHash: string | null } | ClassroomRefusal {
  if (issuer === null) return { tokenHash: null }
  if (token === undefined) return refuse('token_needed')
  return isTokenOf(issuer, token) ? { tokenHash: toTokenHash(token) } : refuse('bad_token')
}

/** How far it has come. */
export function photoOffset({ classrooms: { photos } }: AppParts): AppHandler {
  return async (c) => {
    const upload = await photos.getReceived(getClassroomId(c), getUploadId(c))
    if ('code' in upload) return answerClassroomRefusal(c, upload)
    const { received, bytes } = upload
    return c.body(null, 200, { ...TUS, 'upload-offset': String(received), 'upload-length': String(bytes) })
  }
}

export function photoPiece({ classrooms: { photos } }: AppParts): AppHandler {
  return async (c) => {
    const offset = c.req.header('upload-offset') ?? ''
    const isPiece = c.req.header('content-type') === PIECE_TYPE && /^\d{1,15}$/.test(offset)
    const { body } = c.req.raw
    if (!isTus(c) || !isPiece || body === null) return answerClassroomRefusal(c, NO_TUS)
    const length = c.req.header('content-length')
    const outcome = await photos.append(getClassroomId(c), getUploadId(c), {
      ...{ offset: Number(offset), source: body },
      length: length === undefined ? undefined : Number(length),
    })
    if ('code' in outcome) return answerClassroomRefusal(c, outcome)
    return c.body(null, 204, { ...TUS, 'upload-offset': String(outcome.received) })
  }
}

export function cancelPhoto({ classrooms: { photos } }: AppParts): AppHandler {
  return async (c) => {
    const refused = await photos.cancel(getClassroomId(c), getUploadId(c))
    return refused === undefined ? c.body(null, 204, TUS) : answerClassroomRefusal(c, refused)
  }
}

export function finishPhoto({ classrooms: { photos } }: AppParts): AppHandler {
  return async (c) => {
    const refused = await photos.finish(getClassroomId(c), getUploadId(c))
    return refused === undefined ? c.body(null, 204) : answerClassroomRefusal(c, refused)
  }
}

const NO_TUS = refuse('bad_request', 'A photo is sent with tus 1.0.0, see https://tus.io/protocols/resumable-upload.')
/** Stands for no upload, and is found by nobody. */
const NONE = ''

function isTus(c: AppContext): boolean {
  return c.req.header('tus-resumable') === TUS['tus-resumable']
}

function getUploadId(c: AppContext): string {
  const id = c.req.param('upload')
  return v.is(randomId, id) ? id : NONE
}
