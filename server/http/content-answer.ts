import { type ErrorBody, refusal } from '../../shared/protocol/errors.ts'
import type { AppContext } from './context.ts'
import { type Asked, findRange, namesTag } from './byte-ranges.ts'

/** A content that is answered in whole or in part, and which bytes it is. */
export interface AnsweredContent {
  /** A strong entity tag (RFC 9110, 8.8.3): the same one stands for the same bytes for good. */
  tag: string
  bytes: number
  /** Of every answer about it. */
  headers: Record<string, string>
  /** Of those that bring some of it. */
  described: Record<string, string>
  /** Bytes from the first to the last one, both included; undefined where they are not there. */
  read(range: { first: number; last: number }): Promise<ReadableStream | Uint8Array<ArrayBuffer> | undefined>
}

/** Answers what was asked for of a content, with ranges and conditions as in RFC 9110; undefined when its bytes are not there. */
export async function answerContent(c: AppContext, content: AnsweredContent): Promise<Response | undefined> {
  const { tag, bytes } = content
  const headers = { ...content.headers, 'accept-ranges': 'bytes', etag: tag }
  if (namesTag(c.req.header('if-none-match'), tag)) return c.body(null, 304, headers)
  const asked = findAsked(c, tag, bytes)
  if (asked.kind === 'none') {
    // Said in the same words by both contracts. Its status is that of ranges, which any client of HTTP goes by.
    const error = refusal('bad_request', `There are ${bytes} bytes, and none of them is in this range.`)
    const outside = { 'content-range': `bytes */${bytes}`, 'cache-control': 'no-store' }
    return c.json<ErrorBody>({ error }, 416, { ...headers, ...outside })
  }
  const range = asked.kind === 'part' ? asked : { first: 0, last: bytes - 1 }
  const described = {
    ...{ ...headers, ...content.described, 'content-length': String(range.last - range.first + 1) },
    ...(asked.kind === 'part' && { 'content-range': `bytes ${range.first}-${range.last}/${bytes}` }),
  }
  const status = asked.kind === 'part' ? 206 : 200
  if (c.req.method === 'HEAD') return c.body(null, status, described)
  const found = await content.read(range)
  return found && c.body(found, status, described)
}

function findAsked(c: AppContext, tag: string, bytes: number): Asked {
  const condition = c.req.header('if-range')
  const isSame = condition === undefined || condition === tag
  return findRange(isSame ? c.req.header('range') : undefined, bytes)
}
