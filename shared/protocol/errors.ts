import * as v from 'valibot'
import { lineageId, seq } from './fields.ts'

/**
 * Every code that a server answers with: the HTTP status it travels under, the sentence a person
 * reads, and whether the same request can succeed later without being changed (`retry`).
 * The list is closed; adding to it is a new protocol version.
 */
export const ERRORS = {
  bad_request: { status: 400, retry: false, sentence: 'The request is not in the form that this server understands.' },
  not_signed_in: { status: 401, retry: false, sentence: 'Sign in to go on.' },
  wrong_credentials: { status: 401, retry: false, sentence: 'The handle or the password is wrong.' },
  foreign_origin: { status: 403, retry: false, sentence: 'This request came from another website.' },
  registration_closed: { status: 403, retry: false, sentence: 'Nobody can make an account here at the moment.' },
  invitation_needed: { status: 403, retry: false, sentence: 'Making an account here takes an invitation.' },
  invitation_invalid: {
    status: 410,
    retry: false,
    sentence: 'This invitation holds no more: it was used up, has ended or was withdrawn. Ask for another one.',
  },
  link_invalid: {
    status: 410,
    retry: false,
    sentence: 'This link holds no more: it was used already, or is too old. Ask for another one.',
  },
  email_needed: { status: 403, retry: false, sentence: 'Making an account here takes an e-mail address.' },
  email_domain: { status: 422, retry: false, sentence: 'Making an account here takes an address of another domain.' },
  email_code: { status: 422, retry: false, sentence: 'That is not the code, or it is too old. Ask for another one.' },
  password_guessed: {
    status: 422,
    retry: false,
    sentence: 'This password is among the first that are guessed. Choose another one.',
  },
  mail_unavailable: { status: 503, retry: true, sentence: 'Mail cannot be sent at the moment. Try again later.' },
  account_deleted: { status: 410, retry: false, sentence: 'This account was deleted.' },
  sso_unavailable: {
    status: 503,
    retry: true,
    sentence: 'Single sign-on cannot be reached at the moment. Try again later.',
  },
  sso_denied: { status: 403, retry: false, sentence: 'Single sign-on let nobody in.' },
  sso_expired: {
    status: 410,
    retry: false,
    sentence: 'This sign-in was begun too long ago or in another browser, or was used already. Begin again.',
  },
  sso_token: {
    status: 403,
    retry: false,
    sentence: 'What single sign-on answered cannot be trusted, so nobody was signed in.',
  },
  sso_needed: { status: 403, retry: false, sentence: 'Here you sign in through single sign-on, not with a password.' },
  identity_taken: { status: 409, retry: false, sentence: 'This sign-in belongs to another account here.' },
  last_way_in: {
    status: 409,
    retry: false,
    sentence: 'This is the last way into your account. Add another one first.',
  },
  sign_in_again: { status: 403, retry: false, sentence: 'Show first that it is you.' },
  passkey_needed: {
    status: 403,
    retry: false,
    sentence: 'Operators and moderators need a passkey here. Add one in the settings, or sign in with it.',
  },
  passkey_invalid: { status: 401, retry: false, sentence: 'This passkey opens nothing here.' },
  suspended: { status: 403, retry: true, sentence: 'Your account is suspended.' },
  forbidden: { status: 403, retry: false, sentence: 'You may not do that.' },
  not_a_member: { status: 403, retry: false, sentence: 'You are not in this conversation.' },
  only_creator: { status: 403, retry: false, sentence: 'Only the one who leads this group can do that.' },
  not_author: { status: 403, retry: false, sentence: 'Only the author of a message can change it.' },
  not_found: { status: 404, retry: false, sentence: 'There is no such thing here.' },
  id_taken: { status: 409, retry: false, sentence: 'This id already stands for something else.' },
  not_yourself: { status: 422, retry: false, sentence: 'You cannot do that to yourself.' },
  last_operator: {
    status: 409,
    retry: false,
    sentence: 'Somebody has to operate this ChatBox. Make somebody else an operator first.',
  },
  posting_closed: { status: 403, retry: false, sentence: 'Not everybody may write here.' },
  handle_taken: { status: 409, retry: false, sentence: 'Somebody already has this handle.' },
  message_deleted: { status: 409, retry: false, sentence: 'This message was deleted.' },
  reply_elsewhere: { status: 422, retry: false, sentence: 'A reply answers a message of the same conversation.' },
  mention_stranger: { status: 422, retry: false, sentence: 'Only who is in a conversation can be mentioned there.' },
  not_an_emoji: { status: 422, retry: false, sentence: 'That is not an emoji.' },
  too_many_reactions: { status: 422, retry: false, sentence: 'This message cannot take another reaction.' },
  too_many_edits: { status: 422, retry: false, sentence: 'This message was edited too often.' },
  too_many_pins: { status: 422, retry: false, sentence: 'No more messages can be pinned here. Take one down first.' },
  bad_picture: { status: 422, retry: false, sentence: 'This picture cannot be used. Choose a JPEG, PNG or WebP file.' },
  file_missing: { status: 409, retry: false, sentence: 'A file of this message is not on the server.' },
  file_empty: { status: 422, retry: false, sentence: 'This file is empty.' },
  file_too_large: { status: 413, retry: false, sentence: 'This file is too large.' },
  file_damaged: { status: 422, retry: false, sentence: 'The file did not arrive as it was sent. Send it again.' },
  not_a_photo: { status: 422, retry: false, sentence: 'This cannot be shown as a photo. Send it as a document.' },
  photo_too_large: {
    status: 422,
    retry: false,
    sentence: 'This picture has too many pixels or frames to be shown as a photo. Send it as a document.',
  },
  quota_full: {
    status: 422,
    retry: false,
    sentence: 'Your files take all the room that you have here. Delete some messages with files, and send this again.',
  },
  storage_full: { status: 507, retry: true, sentence: 'The server has no room for files at the moment.' },
  epoch_changed: { status: 409, retry: false, sentence: 'The server was restored from a backup. Pull afresh.' },
  cursor_ahead: { status: 409, retry: false, sentence: 'Your cursor is ahead of the log. Pull afresh.' },
  lineage_ended: { status: 409, retry: false, sentence: 'The server went back in time. Pull afresh.' },
  too_old: {
    status: 409,
    retry: false,
    sentence: 'This has waited for two months. See whether it still holds, and send it again.',
  },
  too_large: { status: 413, retry: false, sentence: 'That is too large.' },
  group_full: { status: 422, retry: false, sentence: 'The group has no room for that many people.' },
  text_empty: { status: 422, retry: false, sentence: 'Write something first.' },
  text_too_long: { status: 422, retry: false, sentence: 'The text is too long.' },
  protocol_version: {
    status: 426,
    retry: false,
    sentence: 'This app is of another version than the server. Update it.',
  },
  slow_down: {
    status: 429,
    retry: true,
    sentence: 'That was a lot at once. What is left waits, and goes on by itself.',
  },
  too_many_tries: { status: 429, retry: true, sentence: 'Too many tries. Wait a little and try again.' },
  internal: { status: 500, retry: true, sentence: 'Something went wrong on the server.' },
  unavailable: { status: 503, retry: true, sentence: 'The server cannot store anything right now. Try again.' },
} as const satisfies Record<string, { status: number; retry: boolean; sentence: string }>

export type ErrorCode = keyof typeof ERRORS
export const ERROR_CODES = Object.keys(ERRORS) as [ErrorCode, ...ErrorCode[]]
export const errorCode = v.picklist(ERROR_CODES)

/** An expected refusal. It is a value: what is thrown is a bug or the outside world. `retryAfterMs` comes with `slow_down`. */
export type Refusal = { code: ErrorCode; message: string; retryAfterMs?: number }

export function refusal(code: ErrorCode, message: string = ERRORS[code].sentence): Refusal {
  return { code, message }
}

/**
 * The body of every HTTP answer that is not a success. `id` finds the log line of an `internal`
 * error; `lineages` comes with the `lineage_ended` of a pull: up to where the server has which. `epoch` and `start` are
 * of version 2, with its `epoch_changed` and `cursor_ahead`.
 */
export const errorBody = v.object({
  error: v.object({
    code: errorCode,
    message: v.string(),
    id: v.optional(v.string()),
    retryAfterMs: v.optional(v.number()),
    epoch: v.optional(v.string()),
    start: v.optional(v.number()),
    lineages: v.optional(v.array(v.object({ id: lineageId, end: seq }))),
  }),
})
export type ErrorBody = v.InferOutput<typeof errorBody>

/** The codes with which a server closes a WebSocket (RFC 6455, 7.4.2: 4000 to 4999 are ours). */
export const CLOSE = {
  goingAway: 1001,
  frameTooLarge: 1009,
  tryAgainLater: 1013,
  badFrame: 4400,
  notSignedIn: 4401,
  suspended: 4423,
  foreignOrigin: 4403,
  accountDeleted: 4410,
  silent: 4408,
  tooMany: 4429,
  protocolVersion: 4426,
} as const
