import { cleanFileName } from '../../shared/clean-file-name.ts'
import type { Database } from '../store/schema.ts'

/** A file that somebody sent, and where it stands in the zip. */
export interface OwnFile {
  contentId: string
  bytes: number
  path: string
}

/** The files of somebody that are whole, the oldest first, under names of which each is there once. */
export async function listOwnFiles(db: Database, userId: string): Promise<OwnFile[]> {
  const rows = await db
    .selectFrom('file')
    .innerJoin('file_content', 'file_content.id', 'file.content_id')
    .select(['file_content.id as contentId', 'file_content.bytes', 'name', 'file.created_at'])
    .where('user_id', '=', userId)
    .where('touched_at', '>', 0)
    .orderBy('file.created_at')
    .orderBy('file.id')
    .execute()
  return rows.map(({ contentId, bytes, name, created_at }, index) => {
    const day = new Date(created_at).toISOString().slice(0, 10)
    return { contentId, bytes, path: `${day} ${String(index + 1).padStart(5, '0')} ${cleanFileName(name)}` }
  })
}
