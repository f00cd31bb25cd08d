import type { FileKind } from '../../../shared/protocol/files.ts'
import type { Upload } from '../../sync/database.ts'

/** What a message says in one line: its text, or what it carries. Null once it was deleted. */
export function toLine(text: string | null, files: readonly Named[] | undefined): string | null {
  return text === '' && files !== undefined && files.length > 0 ? toWords(files) : text
}

interface Named {
  kind: FileKind
  name: string
}

/** What the server will most likely take it for; it has the last word. */
export function toUploadKind({ as, type }: Pick<Upload, 'as' | 'type'>): FileKind {
  if (as !== 'document') return as
  if (type.startsWith('audio/')) return 'audio'
  return type.startsWith('video/') ? 'video' : 'document'
}

/** "Photo", "3 photos", "sheet.pdf", "2 files". */
export function toWords(files: readonly Named[]): string {
  const [first] = files
  if (first === undefined) return ''
  const kinds = new Set(files.map(({ kind }) => kind))
  const one = kinds.size === 1 ? WORDS[first.kind] : null
  if (files.length > 1) return one === null ? `${files.length} files` : `${files.length} ${one.many}`
  return one?.one ?? first.name
}

/** A document is called by its name. */
const WORDS: Readonly<Record<FileKind, { one: string | null; many: string }>> = {
  photo: { one: 'Photo', many: 'photos' },
  voice: { one: 'Voice message', many: 'voice messages' },
  audio: { one: null, many: 'audio files' },
  video: { one: 'Video', many: 'videos' },
  document: { one: null, many: 'documents' },
}
