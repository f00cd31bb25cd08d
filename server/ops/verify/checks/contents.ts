import { createHash } from 'node:crypto'
import type { FileHome } from '../../../files/home.ts'
import type { FileContentTable } from '../../../store/schema.ts'
import type { Store } from '../../../store/store.ts'
import type { Check, Finding } from '../check.ts'

const AT_ONCE = 100
/** By then what a server that ended in the middle of its work left behind is swept away. */
const SWEPT_AFTER_MS = 2 * 24 * 60 * 60_000

/** What lies where files are kept is what was kept: every content with its length and its SHA-256, and nothing besides. */
export const contentsCheck: Check = {
  name: 'contents of files',
  async *find({ store, home, now }) {
    for (let after = ''; ;) {
      const page = await store.db
        .selectFrom('file_content')
        .selectAll()
        .where('id', '>', after)
        .orderBy('id')
        .limit(AT_ONCE)
        .execute()
      for (const content of page) {
        const found = await lookAt(home, content)
        // Whoever deleted the last message with it meanwhile has taken both away.
        if (found.length > 0 && (await isKept(store, content.id))) yield* found
      }
      const last = page.at(-1)
      if (last === undefined || page.length < AT_ONCE) break
      after = last.id
    }
    yield* findStrays(store, home, now() - SWEPT_AFTER_MS)
  },
}

async function isKept({ db }: Store, id: string): Promise<boolean> {
  return (await db.selectFrom('file_content').select('id').where('id', '=', id).executeTakeFirst()) !== undefined
}

async function lookAt(home: FileHome, { id, bytes, sha256, small_bytes }: FileContentTable): Promise<Finding[]> {
  const whole = await measure(home, id, 'whole', bytes)
  const small = small_bytes === null ? undefined : await measure(home, id, 'small', small_bytes)
  const wrong = (message: string): Finding => ({ id: `file_content ${id}`, message })
  const findings: Finding[] = []
  if (typeof whole === 'string') findings.push(wrong(`Its bytes ${whole}.`))
  else if (whole.bytes !== bytes) findings.push(wrong(`It has not the ${bytes} bytes that it had.`))
  else if (whole.sha256 !== sha256) findings.push(wrong('Its bytes have another SHA-256 than they had.'))
  if (typeof small === 'string') findings.push(wrong(`Its small variant’s bytes ${small}.`))
  else if (small !== undefined && small.bytes !== small_bytes) {
    findings.push(wrong(`Its small variant has not the ${small_bytes} bytes that it had.`))
  }
  return findings
}

/** Reads one byte more than there should be; what cannot be read is said in words. */
async function measure(
  home: FileHome,
  contentId: string,
  variant: 'whole' | 'small',
  bytes: number,
): Promise<{ bytes: number; sha256: string } | string> {
  const hash = createHash('sha256')
  let read = 0
  try {
    const stream = await home.read({ contentId, variant }, { first: 0, last: bytes })
    if (stream === undefined) return 'are not there'
    for await (const part of stream as AsyncIterable<Uint8Array>) {
      hash.update(part)
      read += part.length
    }
  } catch (error) {
    return `cannot be read (${error instanceof Error && 'code' in error ? String(error.code) : 'it failed'})`
  }
  return { bytes: read, sha256: hash.digest('hex') }
}

async function* findStrays(store: Store, home: FileHome, before: number): AsyncGenerator<Finding> {
  const seen = new Set<string>()
  for await (const { kind, id } of home.listOlder(before)) {
    if (kind !== 'content') continue
    // Two variants of one lie side by side.
    if (seen.has(id)) continue
    seen.add(id)
    if (seen.size > AT_ONCE) seen.clear()
    if (!(await isKept(store, id))) {
      yield {
        id: `file_content ${id}`,
        message: 'Its bytes are there, and no row is. Is this the database of these files?',
      }
    }
  }
}
