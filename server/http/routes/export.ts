import { Readable } from 'node:stream'
import { refusal } from '../../../shared/protocol/errors.ts'
import { exportOwnData } from '../../own-data/export.ts'
import { answerLimited, answerRefusal } from '../answers.ts'
import type { AppParts } from '../app-parts.ts'
import { toContentDisposition } from '../content-disposition.ts'
import type { AppHandler } from '../context.ts'

/**
 * Everything that somebody has here, as a zip. It is a link, which a browser follows with its cookie: not from another site's
 * page, which could make somebody's disk full.
 */
export function exportAll({ store, accounts, files, now, report }: AppParts): AppHandler {
  return async (c) => {
    if (!['same-origin', 'none', undefined].includes(c.req.header('sec-fetch-site'))) {
      return answerRefusal(c, refusal('foreign_origin'))
    }
    const { userId } = c.var.session
    const limited = await accounts.takeExport(userId)
    if (limited !== undefined) return answerLimited(c, limited.retryAfterMs)
    const zip = await exportOwnData(store, files, userId, report)
    const name = `chatbox ${new Date(now()).toISOString().slice(0, 10)}.zip`
    // Node's type is another one than that of the DOM, which is the same thing.
    return c.body(Readable.toWeb(zip) as ReadableStream, 200, {
      ...{ 'content-type': 'application/zip', 'content-disposition': toContentDisposition('attachment', name) },
      ...{ 'cache-control': 'no-store', 'x-content-type-options': 'nosniff' },
    })
  }
}
