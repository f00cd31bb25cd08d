import { Readable } from 'node:stream'
import * as v from 'valibot'
import { refusal } from '../../../shared/protocol/errors.ts'
import { fileVariant } from '../../../shared/protocol/files.ts'
import { ACCOUNT_HEADER } from '../../../shared/protocol/http.ts'
import type { FoundFile } from '../../files/find-file.ts'
import { answerRefusal } from '../answers.ts'
import type { AppParts } from '../app-parts.ts'
import { findRange, namesTag } from '../byte-ranges.ts'
import { toContentDisposition } from '../content-disposition.ts'
import type { AppContext, AppHandler } from '../context.ts'

/** An id never stands for another content, and whatever it is runs nowhere. */
const HEADERS = {
  'accept-ranges': 'bytes',
  'cache-control': 'private, max-age=31536000, immutable',
  'content-security-policy': "default-src 'none'; sandbox",
  vary: `cookie, ${ACCOUNT_HEADER}`,
}

export function file({ files, report }: AppParts): AppHandler {
  return async (c) => {
    const variant = v.safeParse(fileVariant, c.req.param('variant'))
    const id = c.req.param('id') ?? ''
    const found = variant.success ? await files.find(c.var.session.userId, id, variant.output) : undefined
    if (found === undefined) return answerRefusal(c, refusal('not_found'))
    const tag = `"${found.contentId}-${found.variant}"`
    const headers = { ...HEADERS, etag: tag }
    if (namesTag(c.req.header('if-none-match'), tag)) return c.body(null, 304, headers)

    const { bytes } = found
    const asked = findAsked(c, tag, bytes)
    if (asked.kind === 'none') {
      return c.body(null, 416, { ...headers, 'content-range': `bytes */${bytes}`, 'cache-control': 'no-store' })
    }
    const range = asked.kind === 'part' ? asked : { first: 0, last: bytes - 1 }
    const described = {
      ...{ ...headers, ...describe(found), 'content-length': String(range.last - range.first + 1) },
      ...(asked.kind === 'part' && { 'content-range': `bytes ${range.first}-${range.last}/${bytes}` }),
    }
    const status = asked.kind === 'part' ? 206 : 200
    if (c.req.method === 'HEAD') return c.body(null, status, described)
    const content = await files.read(found, range)
    if (content === undefined) {
      report(new Error('the bytes of a file are missing: were the files restored with the database?'))
      return answerRefusal(c, refusal('not_found'))
    }
    return c.body(toWeb(content), status, described)
  }
}

function findAsked(c: AppContext, tag: string, bytes: number): ReturnType<typeof findRange> {
  const condition = c.req.header('if-range')
  const isSame = condition === undefined || condition === tag
  return findRange(isSame ? c.req.header('range') : undefined, bytes)
}

/** What we drew ourselves and what a browser only plays, reads or lays out opens in it; everything else is saved. */
function describe({ kind, type, name, variant }: FoundFile): Record<string, string> {
  const isShown = kind !== 'document' || type === 'application/pdf' || type === 'text/plain'
  const shownType = type === 'text/plain' ? 'text/plain; charset=utf-8' : type
  return {
    'content-type': isShown ? shownType : 'application/octet-stream',
    'content-disposition': toContentDisposition(isShown ? 'inline' : 'attachment', toName(name, variant)),
  }
}

/** A photo was drawn anew, and the name that it came with may promise something else: browsers go by the type. */
function toName(name: string, variant: FoundFile['variant']): string {
  return variant === 'small' ? `small ${name}` : name
}

function toWeb(content: Readable): ReadableStream {
  // Node's type is another one than that of the DOM, which is the same thing.
  return Readable.toWeb(content) as ReadableStream
}
