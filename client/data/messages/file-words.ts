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
  const [one, many] = WORDS[first.kind]
  if (files.length === 1) return one ?? first.name
  return `${files.length} ${files.every(({ kind }) => kind === first.kind) ? many : 'files'}`
}

/** One, and many of them. A document is called by its name, and so is what sounds. */
const WORDS: Readonly<Record<FileKind, readonly [one: string | null, many: string]>> = {
  photo: ['Photo', 'photos'],
  voice: ['Voice message', 'voice messages'],
  audio: [null, 'audio files'],
  video: ['Video', 'videos'],
  document: [null, 'documents'],
}
