import { CAMPUS_LOG } from '../../shared/protocol/fields.ts'
import { CAMPUS_TABLES } from '../campus/kind.ts'
import { lockLog } from '../log/lock-log.ts'
import { isCarried } from './file-rows.ts'
import type { FileParts } from './parts.ts'
import { removeUnusedContent } from './unused-content.ts'

const DAY_MS = 24 * 60 * 60_000
/** What a message carries need not be looked at often: when that one is deleted it is noted at once. */
const CARRIED_FOR_MS = 30 * DAY_MS
/** So many go in one transaction: nobody waits for long behind it. */
const AT_ONCE = 200

/**
 * Removes the files that no message carries: those whose message was deleted, which have no time any more, and those that
 * nobody has asked about for a day. Whether one is carried is looked at under the lock of the campus's log, under which
 * a message begins to carry it: it is found either before that, and the message is refused, or after, and stays.
 */
export async function sweepFiles(parts: Pick<FileParts, 'store' | 'home' | 'now'>): Promise<void> {
  const { store, home } = parts
  for (let isDone = false; !isDone;) {
    const now = parts.now()
    const old = await store.db
      .selectFrom('file')
      .select('id')
      .where('touched_at', '<', now - DAY_MS)
      .orderBy('touched_at')
      .limit(AT_ONCE)
      .execute()
    if (old.length === 0) return
    isDone = old.length < AT_ONCE
    const ids = old.map(({ id }) => id)
    const removed = await store.write(async (db) => {
      await lockLog(store, db, CAMPUS_TABLES, CAMPUS_LOG, [])
      const unused = await db
        .selectFrom('file')
        .select(['id', 'content_id'])
        .where('id', 'in', ids)
        .where('touched_at', '<', now - DAY_MS)
        .where((file) => file.not(isCarried(file)))
        .execute()
      const unusedIds = unused.map(({ id }) => id)
      if (unusedIds.length > 0) {
        // An answer in a classroom comes under another lock: whoever gives it asks about its files before that.
        await db
          .deleteFrom('file')
          .where('id', 'in', unusedIds)
          .where('touched_at', '<', now - DAY_MS)
          .execute()
      }
      await db
        .updateTable('file')
        .set({ touched_at: now + CARRIED_FOR_MS })
        .where('id', 'in', ids)
        .where('touched_at', '<', now - DAY_MS)
        .execute()
      return unused
    })
    for (const { id, content_id } of removed) if (content_id === null) await home.removeUpload(id)
    await removeUnusedContent(parts, [...new Set(removed.flatMap(({ content_id }) => content_id ?? []))])
  }
}
