import type { Row } from '../../shared/protocol/rows.ts'
import { PACKED_PAGE_TYPE, packPage } from '../../shared/protocol/packed/page.ts'
import type { AppContext } from './context.ts'

/** Answers a page of rows: packed where that was asked for, else as JSON. */
export function answerPage(c: AppContext, page: { rows: readonly Row[] }): Response {
  if (c.req.header('accept')?.includes(PACKED_PAGE_TYPE) !== true) return c.json(page)
  return c.body(packPage(page), 200, { 'content-type': PACKED_PAGE_TYPE })
}
