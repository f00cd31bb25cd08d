import * as v from 'valibot'
import { cleanLine, cleanText } from '../clean-text.ts'
import { oneLine } from '../one-line.ts'
import {
  DESCRIPTION_MAX,
  EMOJI_MAX,
  HANDLE_MAX,
  HANDLE_MIN,
  MENTIONS_MAX,
  NAME_MAX,
  PASSWORD_MAX,
  PASSWORD_MIN,
  PICTURE_BASE64_MAX,
  REASON_MAX,
  TITLE_MAX,
} from './limits.ts'

/** A UUID in its canonical lower-case form (RFC 9562). Clients make version 7 ones. */
export const id = v.pipe(
  v.string(),
  v.regex(/^[0-9a-f]{8}-[0-9a-f]{4}-[1-8][0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/, 'not a lower-case UUID'),
)
/** The name of a log: `campus`, or later a classroom's. */
export const logId = v.pipe(v.string(), v.regex(/^[a-z0-9-]{1,40}$/, 'not a log id'))
/**
 * The name of a stretch of a log's history. A new one begins where a server process begins to write, so that a
 * history which was put back (a restored backup, a failover that lost commits) has other names than the one that was.
 */
export const lineageId = v.pipe(v.string(), v.maxLength(40))
/** A position in a log; 0 is before the first change. */
export const seq = v.pipe(v.number(), v.safeInteger(), v.minValue(0))
/** A message's number in its conversation, dense from 1. */
export const messageNumber = v.pipe(v.number(), v.safeInteger(), v.minValue(1))
/** Milliseconds since 1970-01-01T00:00:00Z. */
export const timeMs = v.pipe(v.number(), v.safeInteger(), v.minValue(0), v.maxValue(8_640_000_000_000_000))

export const CAMPUS_LOG = 'campus'
/** The conversation that holds every registered user; the first migration makes it. */
export const EVERYONE_ID = '00000000-0000-8000-8000-000000000001'

const text = v.pipe(v.string(), v.transform(cleanText))
/** What somebody may do here: operators answer for this ChatBox, moderators for what is said in it. */
export const role = v.picklist(['member', 'moderator', 'operator'])
export type Role = v.InferOutput<typeof role>
/** Whose first message, or whose groups, need not be asked for: of everybody, of who is in a group with one, of nobody. */
export const approach = v.picklist(['everybody', 'shared-group', 'nobody'])
export type Approach = v.InferOutput<typeof approach>
/** Why a moderator did something, in some lines. */
export const reason = v.pipe(
  v.string(),
  v.transform((text) => cleanText(text).trim()),
  v.minLength(1, 'is empty'),
  v.maxLength(REASON_MAX, 'is too long'),
)
export const handle = v.pipe(
  v.string(),
  v.transform(cleanLine),
  v.toLowerCase(),
  v.minLength(HANDLE_MIN, `has fewer than ${HANDLE_MIN} characters`),
  v.maxLength(HANDLE_MAX, `has more than ${HANDLE_MAX} characters`),
  v.regex(/^[a-z][a-z0-9._-]*$/, 'takes a-z, 0-9, dot, dash and underscore, and starts with a letter'),
)
export const displayName = oneLine(NAME_MAX)
export const groupTitle = oneLine(TITLE_MAX)
/** What a group is about, in some lines; none is empty. */
export const groupDescription = v.pipe(
  v.string(),
  v.transform((text) => cleanText(text).trim()),
  v.maxLength(DESCRIPTION_MAX, 'is too long'),
)
export const password = v.pipe(
  v.string(),
  v.minLength(PASSWORD_MIN, `has fewer than ${PASSWORD_MIN} characters`),
  v.maxLength(PASSWORD_MAX, `has more than ${PASSWORD_MAX} characters`),
)
/** A message's text as it travels; its length is checked by the command, which has codes of its own for that. */
export const messageText = text

/** The people whom a message mentions with `@handle`. */
export const mentions = v.pipe(v.array(id), v.maxLength(MENTIONS_MAX, 'mentions too many people'))
/** One emoji, as a person picks it; the command checks that it is one. */
export const emoji = v.pipe(v.string(), v.maxLength(EMOJI_MAX, 'is too long'))
/** A JPEG file in base64 (RFC 4648, 4); the command looks into it. */
export const pictureFile = v.pipe(
  v.string(),
  v.maxLength(PICTURE_BASE64_MAX, 'is too large'),
  v.regex(/^[A-Za-z0-9+/]+={0,2}$/, 'is not base64'),
)
