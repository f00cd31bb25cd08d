import * as v from 'valibot'
import { cleanLine } from '../clean-text.ts'
import { oneLine } from '../one-line.ts'
import { messageText } from '../protocol/fields.ts'
import { ASKER_NAME_MAX, CLASSROOM_TITLE_MAX, NOTE_MAX, POLL_OPTION_MAX, WORD_MAX, WORDS_MAX } from './limits.ts'
import { REASONS } from './reasons.ts'

/** A classroom's id, which is its link: 12 random characters, 60 bits (RFC 4648, base 32, lower case). */
export const classroomId = v.pipe(v.string(), v.regex(/^[a-z2-7]{12}$/, 'not a classroom'))
/** The short code that people type: 8 characters that cannot be taken for others. */
export const classroomCode = v.pipe(v.string(), v.regex(/^[a-hjkmnp-z2-9]{8}$/, 'not a code'))
/** The id of anything that a student makes: a random UUID (RFC 9562, version 4), which tells nothing of when. */
export const randomId = v.pipe(
  v.string(),
  v.regex(/^[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/, 'not a random UUID'),
)
/** 32 bytes in base64url without padding (RFC 4648, 5): a secret that only one browser knows. */
export const receipt = v.pipe(v.string(), v.regex(/^[A-Za-z0-9_-]{43}$/, 'not a receipt'))
/** The SHA-256 of a receipt's 32 bytes, in base64url. */
export const receiptHash = receipt
/** Bytes in base64url without padding. */
export const base64url = v.pipe(v.string(), v.regex(/^[A-Za-z0-9_-]+$/, 'not base64url'), v.maxLength(4_096))

export const classroomTitle = oneLine(CLASSROOM_TITLE_MAX)
/** What somebody calls themselves under one question. */
export const askerName = oneLine(ASKER_NAME_MAX)
/** Text as it travels; its length is checked by the command, which has codes of its own for that. */
export const text = messageText
export const note = v.pipe(messageText, v.trim(), v.maxLength(NOTE_MAX, 'is too long'))
/** One word, or a few, as an answer; its length is checked by the command. */
export const pollWord = v.pipe(v.string(), v.transform(cleanLine))
export const words = v.pipe(
  v.array(v.pipe(pollWord, v.toLowerCase(), v.minLength(1, 'is empty'), v.maxLength(WORD_MAX, 'is too long'))),
  v.maxLength(WORDS_MAX, 'holds too many words'),
)
export const pollOption = oneLine(POLL_OPTION_MAX)

const LOG_PREFIX = 'classroom-'

/** The log of a classroom. */
export function classroomLog(id: string): string {
  return `${LOG_PREFIX}${id}`
}

/** The classroom of a log. */
export function fromClassroomLog(log: string): string {
  return log.slice(LOG_PREFIX.length)
}

/** Why a question was dismissed. */
export const reason = v.picklist(REASONS)
