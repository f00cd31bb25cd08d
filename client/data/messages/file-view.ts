import type { CommandOf } from '../../../shared/protocol/commands.ts'
import type { FileKind, MessageFile } from '../../../shared/protocol/files.ts'
import type { Upload, UploadProblem } from '../../sync/database.ts'
import { toUploadKind } from './file-words.ts'

export type { UploadProblem }

/** How a file gets on on its way to the server. */
export type UploadView =
  | { kind: 'waiting' | 'paused'; sent: number; bytes: number; problem: UploadProblem | null }
  /** All of it is there; the message goes as soon as it may. */
  | { kind: 'whole' }

/** A file of a message, as a list needs it. */
export interface FileView {
  id: string
  kind: FileKind
  name: string
  type: string
  bytes: number
  /** In pixels, of photos; null where nobody knows. */
  size: { width: number; height: number } | null
  /** A ThumbHash in base64; null where there is none. */
  preview: string | null
  durationMs: number | null
  /** Empty where nobody described it. */
  description: string
  /** Null for what is in the log. */
  upload: UploadView | null
}

export const NO_FILES: readonly FileView[] = []

export function fromMessageFiles(files: readonly MessageFile[] | undefined): readonly FileView[] {
  if (files === undefined || files.length === 0) return NO_FILES
  return files.map((file) => toView(file, file.description ?? '', null))
}

/** The files of a message that is on its way; of forwarded ones what the message tells that carries them. */
export function fromSentFiles(
  { files = [] }: Pick<CommandOf<'message.send'>, 'files'>,
  uploads: ReadonlyMap<string, Upload>,
  findCarried: (messageId: string) => readonly MessageFile[] | undefined,
): readonly FileView[] {
  if (files.length === 0) return NO_FILES
  return files.flatMap(({ id, description, from }) => {
    const upload = uploads.get(id)
    if (upload !== undefined) return [fromUpload(upload)]
    const carried = from === undefined ? undefined : findCarried(from.messageId)?.find((file) => file.id === id)
    return carried === undefined ? [] : [toView(carried, description, null)]
  })
}

/** What a file looks like that is not in the log yet. */
export function fromUpload(upload: Upload): FileView {
  return toView({ ...upload, kind: toUploadKind(upload) }, upload.description, toUploadView(upload))
}

function toUploadView({ state, sent, bytes, problem }: Upload): UploadView {
  return state.kind === 'whole' ? { kind: 'whole' } : { kind: state.kind, sent, bytes, problem }
}

type Facts = Pick<MessageFile, 'id' | 'kind' | 'name' | 'type' | 'bytes'> &
  Partial<Pick<MessageFile, 'width' | 'height' | 'preview' | 'durationMs'>>

function toView(facts: Facts, description: string, upload: UploadView | null): FileView {
  const { id, kind, name, type, bytes, width, height, preview = null, durationMs = null } = facts
  const size = width === undefined || height === undefined ? null : { width, height }
  return { id, kind, name, type, bytes, size, preview, durationMs, description, upload }
}
