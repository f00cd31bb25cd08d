import type { Row } from '../rows.ts'
import { createIn, createOut, Malformed } from './bytes.ts'
import { KNOWN_IDS, rows } from './rows.ts'

/** Who names it in `accept` is answered with a packed page, where the server knows how. */
export const PACKED_PAGE_TYPE = 'application/vnd.chatbox.page'

/** A page as bytes: what it says besides its rows as JSON, and then these, which share their ids. Throws `Malformed` for a row that is none. */
export function packPage({ rows: held, ...page }: { rows: readonly Row[] }): Uint8Array<ArrayBuffer> {
  const out = createOut(KNOWN_IDS)
  out.text(JSON.stringify(page))
  rows.write([[...held]], out, [])
  return out.take()
}

/** A page that was packed, unchecked but for its form. Throws `Malformed`, or what `JSON.parse` does. */
export function unpackPage(bytes: Uint8Array): object {
  const from = createIn(bytes, KNOWN_IDS)
  const page: unknown = JSON.parse(from.text())
  const [held = []] = rows.read(1, from, [])
  if (!from.isAtEnd() || typeof page !== 'object') throw new Malformed('more follows than a page')
  return { ...page, rows: held }
}
