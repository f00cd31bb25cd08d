import * as v from 'valibot'
import { messageFile, type MessageFile, type StoredFile } from '../../shared/protocol/files.ts'
import type { FileTable, MessageTable } from '../store/schema.ts'

const messageFiles = v.array(messageFile)

/** The files of a message as its row has them; none of one that was deleted. */
export function toMessageFiles({ files }: Pick<MessageTable, 'files'>): MessageFile[] {
  return files === null ? [] : v.parse(messageFiles, JSON.parse(files))
}

export function toFilesColumn(files: readonly MessageFile[]): MessageTable['files'] {
  return files.length === 0 ? null : JSON.stringify(files)
}

/** A file as the contract has it; undefined while its content is not whole. */
export function toStoredFile(file: FileTable): StoredFile | undefined {
  const { id, content_id, kind, name, type, bytes, width, height, preview, duration_ms } = file
  if (content_id === null || kind === null || type === null) return undefined
  return {
    ...{ id, kind, name, type, bytes },
    ...(width !== null && height !== null && { width, height }),
    ...(preview !== null && { preview }),
    ...(duration_ms !== null && { durationMs: duration_ms }),
  }
}
