import type { Observable } from 'dexie'
import { retryWithoutFiles } from '../../sync/classroom/staff-outbox.ts'
import { liveQuery } from '../../sync/storage/live-query.ts'
import { isPartlyRefused, isRefused } from '../files/refused-files.ts'
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
      return isPartlyRefused(command.text, files.get(id) ?? [])
    })
    return new Set(partly.map(({ id }) => id))
  })
}

/** Sends a refused answer again, without the files for which it was refused. */
export async function sendWithoutRefused({ storage }: OpenedClassroom, answerId: string): Promise<void> {
  await retryWithoutFiles(storage, answerId, isRefused)
}
