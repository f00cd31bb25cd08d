import type { FileVariant } from '../../shared/protocol/files.ts'
import type { Database, FileContentTable, FileTable } from '../store/schema.ts'
import { isSeenBy } from './file-rows.ts'

/** A variant of a file, as it is handed out. */
export interface FoundFile {
  contentId: string
  variant: FileVariant
  bytes: number
  name: string
  kind: 'photo' | 'voice' | 'audio' | 'video' | 'document'
  type: string
}

/**
 * A file that somebody may see: a message carries it in a conversation that they are in at this moment. Undefined for
 * everybody else, its owner too, and for a variant that it does not have.
 */
export async function findFile(
  db: Database,
  userId: string,
  id: string,
  variant: FileVariant,
): Promise<FoundFile | undefined> {
  const found = await db
    .selectFrom('file')
    .innerJoin('file_content', 'file_content.id', 'file.content_id')
    .select(['file_content.id', 'file_content.bytes', 'file_content.small_bytes', 'name', 'kind', 'type'])
    .where('file.id', '=', id)
    .where((file) => isSeenBy(file, userId))
    .executeTakeFirst()
  return found && toFoundFile(found, variant)
}

/** A variant of a file with its content, if it has that one. */
export function toFoundFile(
  {
    id: contentId,
    name,
    kind,
    ...found
  }: Pick<FileContentTable, 'id' | 'bytes' | 'small_bytes'> & Pick<FileTable, 'name' | 'kind' | 'type'>,
  variant: FileVariant,
): FoundFile | undefined {
  const bytes = variant === 'whole' ? found.bytes : found.small_bytes
  const type = variant === 'whole' ? found.type : 'image/webp'
  return bytes === null || kind === null || type === null ? undefined : { contentId, variant, bytes, name, kind, type }
}
