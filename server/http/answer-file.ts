import { Readable } from 'node:stream'
import type { Files } from '../files/files.ts'
import type { FoundFile } from '../files/find-file.ts'
import type { ReportError } from '../ops/report-error.ts'
import { answerContent } from './content-answer.ts'
import { toContentDisposition } from './content-disposition.ts'
import type { AppContext } from './context.ts'

/** Whatever it is, it runs nowhere. */
const HEADERS = { 'content-security-policy': "default-src 'none'; sandbox" }

/** Answers a file to somebody who may see it; undefined when its bytes are not there, which is reported. */
export async function answerFile(
  c: AppContext,
  { files, report }: { files: Pick<Files, 'read'>; report: ReportError },
  found: FoundFile,
  headers: Record<string, string>,
): Promise<Response | undefined> {
  const answer = await answerContent(c, {
    ...{ tag: `"${found.contentId}-${found.variant}"`, bytes: found.bytes },
    ...{ headers: { ...HEADERS, ...headers }, described: describe(found) },
    async read(range) {
      const content = await files.read(found, range)
      return content && toWeb(content)
    },
  })
  if (answer === undefined) {
    report(new Error('the bytes of a file are missing: were the files restored with the database?'))
  }
  return answer
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
