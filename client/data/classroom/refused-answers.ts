import type { Observable } from 'dexie'
import { ERRORS } from '../../../shared/protocol/errors.ts'
import { retryWithoutFiles } from '../../sync/classroom/staff-outbox.ts'
import type { Upload } from '../../sync/database.ts'
import { liveQuery } from '../../sync/storage/live-query.ts'
import { groupBy } from '../group-by.ts'
import type { OpenedClassroom } from './opened-classroom.ts'

/** The answers that were refused for some of their files, and of which something is left without those, by their ids. */
export function watchPartlyRefused({ db }: Pick<OpenedClassroom, 'db'>): Observable<ReadonlySet<string>> {
  return liveQuery(async () => {
    const uploads = await db.uploads.toArray()
    if (!uploads.some(isRefused)) return new Set<string>()
    const files = groupBy(uploads, ({ messageId }) => messageId)
    const entries = await db.outbox.toArray()
    const partly = entries.filter(({ id, command, state }) => {
      if (command.type !== 'reply.answer' || state.kind !== 'refused') return false
      const own = files.get(id) ?? []
      const refused = own.filter(isRefused).length
      return refused > 0 && (command.text !== '' || refused < own.length)
    })
    return new Set(partly.map(({ id }) => id))
  })
}

/** Sends a refused answer again, without the files for which it was refused. */
export async function sendWithoutRefused({ storage }: OpenedClassroom, answerId: string): Promise<void> {
  await retryWithoutFiles(storage, answerId, isRefused)
}

/** Whether a file cannot go up, however often it is tried. */
function isRefused({ problem }: Upload): boolean {
  return problem !== null && !ERRORS[problem.code].retry
}
