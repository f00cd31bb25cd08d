import * as v from 'valibot'
import { cleanFileName } from '../clean-file-name.ts'
import { cleanText } from '../clean-text.ts'
import { id, seq } from './fields.ts'
import { FILE_DESCRIPTION_MAX, FILE_DURATION_MAX_MS } from './limits.ts'

/*
 * Files. The content travels apart from the log: it is uploaded in pieces (tus 1.0.0) under an id that the client made,
 * looked at by the server when it is whole (`POST /api/uploads/:id/finish`), and named by a message, whose row then
 * carries all that a list needs without it.
 */

/**
 * What a file is shown as, by its content and not by its name. A photo and a voice message are what their sender wanted
 * to be shown so, and the server could make something of.
 */
export const fileKind = v.picklist(['photo', 'voice', 'audio', 'video', 'document'])
export type FileKind = v.InferOutput<typeof fileKind>

/** What somebody calls a file, without what no name of a file has: never empty, never a path. */
export const fileName = v.pipe(v.string(), v.transform(cleanFileName))

/** What is on a photo, for those who do not see it; empty is none. */
export const fileDescription = v.pipe(
  v.string(),
  v.transform((text) => cleanText(text).trim()),
  v.maxLength(FILE_DESCRIPTION_MAX, 'is too long'),
)

const duration = v.pipe(v.number(), v.safeInteger(), v.minValue(0), v.maxValue(FILE_DURATION_MAX_MS))
const pixels = v.pipe(v.number(), v.safeInteger(), v.minValue(1))

/** A file as the server knows it once it is whole. `type` is its media type (RFC 6838), by its content. */
export const storedFile = v.object({
  id,
  kind: fileKind,
  name: v.string(),
  type: v.string(),
  bytes: seq,
  /** Of photos. */
  width: v.optional(pixels),
  height: v.optional(pixels),
  /** Of photos: a ThumbHash (https://evanw.github.io/thumbhash/) in base64, some 28 bytes. */
  preview: v.optional(v.string()),
  /** Of voice messages, as their sender's device measured it. */
  durationMs: v.optional(duration),
})
export type StoredFile = v.InferOutput<typeof storedFile>

/** A file in a message's row. What `GET /api/files/:id` answers whoever may see a message that carries it. */
export const messageFile = v.object({ ...storedFile.entries, description: v.optional(v.string()) })
export type MessageFile = v.InferOutput<typeof messageFile>

/**
 * A file in a message that is sent: one that its sender uploaded, or, `from` a message that they may see, one that
 * somebody else did.
 */
export const sentFile = v.object({
  id,
  description: v.optional(fileDescription, ''),
  from: v.optional(v.object({ conversationId: id, messageId: id })),
})
export type SentFile = v.InferOutput<typeof sentFile>

/**
 * What the creation of an upload says of the file, in `Upload-Metadata` (tus 1.0.0, "Creation"): each value in base64 there.
 * `as` is what it is to be shown as, where its content allows; a `document` is stored as it is, whatever it is. `sha256`,
 * in hex, is what the content has to come to.
 */
export const uploadMetadata = v.object({
  id,
  name: fileName,
  as: v.picklist(['photo', 'voice', 'document']),
  sha256: v.pipe(v.string(), v.regex(/^[0-9a-f]{64}$/, 'not a SHA-256 in hex')),
  durationMs: v.optional(v.pipe(v.string(), v.regex(/^\d{1,9}$/), v.transform(Number), duration)),
})
export type UploadMetadata = v.InferOutput<typeof uploadMetadata>

/** `POST /api/uploads/:id/finish`: looks at what was uploaded, once all of it is there. Asked again it says the same. */
export const finishAnswer = v.object({ file: storedFile })

/** `GET /api/files`: how much room one's files take, how much they may, and how large one of them may be. */
export const fileSpace = v.object({ usedBytes: seq, accountBytesMax: seq, fileBytesMax: seq })
export type FileSpace = v.InferOutput<typeof fileSpace>

/** `GET /api/files/:id/:variant`. Only photos have a `small` one, a WebP of at most `PHOTO_SMALL_SIDE_MAX` pixels a side. */
export const fileVariant = v.picklist(['whole', 'small'])
export type FileVariant = v.InferOutput<typeof fileVariant>
