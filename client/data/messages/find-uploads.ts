import type { ClientDatabase, Upload } from '../../sync/database.ts'

/** The files of a conversation that are on their way, or will be. */
export function findUploads(db: ClientDatabase, conversationId: string): Promise<Upload[]> {
  return db.uploads.where({ conversationId }).toArray()
}
