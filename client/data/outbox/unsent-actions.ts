import { cancelFile } from '../../sync/files/cancel-file.ts'
import { rowTable } from '../../sync/log/dexie-table.ts'
import { drop, sendAgain } from '../../sync/outbox.ts'
import type { Session } from '../session.ts'

/** Sends what was refused once more, as it is. */
export function retryUnsent({ db, clock }: Session, commandId: string): Promise<void> {
  return sendAgain(db, commandId, clock.now())
}

/** Sends a refused message once more without these files of it, in one step: whoever is interrupted finds it as it was. */
export async function retryWithoutFiles(
  { db, clock }: Session,
  messageId: string,
  fileIds: readonly string[],
): Promise<void> {
  await db.transaction('rw', db.outbox, db.uploads, async () => {
    const tables = { outbox: rowTable(db.outbox), uploads: rowTable(db.uploads) }
    for (const fileId of fileIds) await cancelFile(tables, fileId)
    await sendAgain(db, messageId, clock.now())
  })
}

/** Removes what was refused for good. */
export function discardUnsent({ db }: Session, commandId: string): Promise<void> {
  return drop(db, commandId)
}
