import * as v from 'valibot'
import { lineageId, seq } from '../protocol/fields.ts'

/**
 * Every code of a classroom: the HTTP status it travels under, the sentence a person reads, and
 * whether the same request can succeed later without being changed (`retry`).
 */
export const CLASSROOM_ERRORS = {
  bad_request: { status: 400, retry: false, sentence: 'The request is not in the form that this server understands.' },
  not_signed_in: { status: 401, retry: false, sentence: 'Sign in to go on.' },
  foreign_origin: { status: 403, retry: false, sentence: 'This request came from another website.' },
  only_staff: { status: 403, retry: false, sentence: 'Only who answers in this classroom can do that.' },
  only_owner: { status: 403, retry: false, sentence: 'Only who made this classroom can do that.' },
  only_leader: { status: 403, retry: false, sentence: 'Only who leads a group can limit a classroom to it.' },
  not_a_member: { status: 403, retry: false, sentence: 'This classroom is for the members of a group.' },
  closed: { status: 403, retry: false, sentence: 'This classroom takes no questions now.' },
  thread_closed: { status: 403, retry: false, sentence: 'This thread takes nothing more.' },
  only_staff_answers: { status: 403, retry: false, sentence: 'Here only the staff answer.' },
  poll_closed: { status: 403, retry: false, sentence: 'This poll is over.' },
  wrong_receipt: { status: 403, retry: false, sentence: 'Only the browser that wrote this can change it.' },
  token_needed: {
    status: 403,
    retry: false,
    sentence: 'Here a question or a vote costs a token, and this device has none.',
  },
  bad_token: { status: 403, retry: false, sentence: 'This token is not of this classroom.' },
  not_found: { status: 404, retry: false, sentence: 'There is no such thing here.' },
  id_taken: { status: 409, retry: false, sentence: 'This id already stands for something else.' },
  already_voted: { status: 409, retry: false, sentence: 'This browser has voted for this question already.' },
  already_answered: { status: 409, retry: false, sentence: 'This browser has answered this poll already.' },
  file_missing: { status: 409, retry: false, sentence: 'A file of this answer is not on the server.' },
  photo_missing: { status: 409, retry: false, sentence: 'The photo of this question is not on the server.' },
  wrong_offset: { status: 409, retry: true, sentence: 'This is not where the photo goes on. Ask how far it has come.' },
  token_spent: { status: 409, retry: false, sentence: 'This token was spent already.' },
  anonymity_fixed: { status: 409, retry: false, sentence: 'Anonymity can be made stricter, never weaker.' },
  epoch_changed: { status: 409, retry: false, sentence: 'The server was restored from a backup. Pull afresh.' },
  cursor_ahead: { status: 409, retry: false, sentence: 'Your cursor is ahead of the log. Pull afresh.' },
  lineage_ended: { status: 409, retry: false, sentence: 'The server went back in time. Pull afresh.' },
  too_large: { status: 413, retry: false, sentence: 'That is too large.' },
  text_empty: { status: 422, retry: false, sentence: 'Write something first.' },
  text_too_long: { status: 422, retry: false, sentence: 'The text is too long.' },
  names_off: { status: 422, retry: false, sentence: 'Nobody puts a name under a question here.' },
  photos_off: { status: 422, retry: false, sentence: 'Questions carry no photos here.' },
  not_a_photo: { status: 422, retry: false, sentence: 'This cannot be shown as a photo.' },
  photo_too_large: { status: 422, retry: false, sentence: 'This picture has too many pixels to be shown as a photo.' },
  bad_choice: { status: 422, retry: false, sentence: 'This poll has no such answer.' },
  bad_poll: { status: 422, retry: false, sentence: 'A poll to choose from needs two options that differ.' },
  reason_needed: { status: 422, retry: false, sentence: 'Say why a question is dismissed.' },
  bad_merge: { status: 422, retry: false, sentence: 'A question is merged into another one that is shown.' },
  bad_key: { status: 422, retry: false, sentence: 'The tokens were not blinded for the key of this classroom.' },
  full: { status: 422, retry: false, sentence: 'There is no room for more.' },
  no_more_tokens: {
    status: 422,
    retry: false,
    sentence: 'You have fetched your tokens on as many devices as one may.',
  },
  protocol_version: {
    status: 426,
    retry: false,
    sentence: 'This page is of another version than the server. Load it again.',
  },
  slow_mode: { status: 429, retry: true, sentence: 'The classroom takes one question at a time. Yours follows.' },
  work_needed: {
    status: 429,
    retry: true,
    sentence: 'Much is being asked right now: your device has a small sum to do first.',
  },
  too_many_tries: { status: 429, retry: true, sentence: 'Too many tries. Wait a little and try again.' },
  internal: { status: 500, retry: true, sentence: 'Something went wrong on the server.' },
  unavailable: { status: 503, retry: true, sentence: 'The server cannot store anything right now. Try again.' },
  storage_full: { status: 507, retry: true, sentence: 'The server has no room for photos at the moment.' },
} as const satisfies Record<string, { status: number; retry: boolean; sentence: string }>

export type ClassroomErrorCode = keyof typeof CLASSROOM_ERRORS
export const classroomErrorCode = v.picklist(
  Object.keys(CLASSROOM_ERRORS) as [ClassroomErrorCode, ...ClassroomErrorCode[]],
)

/** An expected refusal. */
export interface ClassroomRefusal {
  code: ClassroomErrorCode
  message: string
}

export function refuse(code: ClassroomErrorCode, message: string = CLASSROOM_ERRORS[code].sentence): ClassroomRefusal {
  return { code, message }
}

/**
 * The body of every answer that is not a success. `challenge` comes with `work_needed`: a challenge of
 * altcha, to be solved and sent along. `lineages` comes with `lineage_ended`; `epoch`, with `epoch_changed` and
 * `cursor_ahead`, is of version 1.
 */
export const classroomErrorBody = v.object({
  error: v.object({
    code: classroomErrorCode,
    message: v.string(),
    id: v.optional(v.string()),
    retryAfterMs: v.optional(v.number()),
    epoch: v.optional(v.string()),
    lineages: v.optional(v.array(v.object({ id: lineageId, end: seq }))),
    challenge: v.optional(v.unknown()),
  }),
})
export type ClassroomErrorBody = v.InferOutput<typeof classroomErrorBody>
