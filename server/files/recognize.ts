import { FileTypeParser } from 'file-type/node'
import type { FileKind } from '../../shared/protocol/files.ts'
import { hasVideo } from './tracks.ts'
import { isTextFile } from './text-file.ts'

/** What a file is by its content: its media type (RFC 6838), and what it can be shown as. */
export interface Recognized {
  kind: Exclude<FileKind, 'photo'>
  type: string
}

/** Whoever makes a file that takes longer to recognise gets one of an unknown type. */
const RECOGNIZED_WITHIN_MS = 5_000
const UNKNOWN = 'application/octet-stream'

/** The media type that the bytes say, those of a file by its path; undefined where they say none. */
export async function findMediaType(source: string | Uint8Array): Promise<string | undefined> {
  const parser = new FileTypeParser({ signal: AbortSignal.timeout(RECOGNIZED_WITHIN_MS) })
  try {
    return (await (typeof source === 'string' ? parser.fromFile(source) : parser.fromBuffer(source)))?.mime
  } catch {
    // It reads what strangers made: whatever it stumbles over is of no type that it knows.
    return undefined
  }
}

/** `asVoice` is whether its sender wants it shown as a voice message: what makes a sound then is one. */
export async function recognize(path: string, asVoice: boolean): Promise<Recognized> {
  const found = await findMediaType(path)
  if (found === undefined) return { kind: 'document', type: (await isTextFile(path)) ? 'text/plain' : UNKNOWN }
  const type = found.startsWith('video/') && !(await hasVideo(path, found)) ? toAudio(found) : found
  if (type.startsWith('audio/')) return { kind: asVoice ? 'voice' : 'audio', type }
  return { kind: type.startsWith('video/') ? 'video' : 'document', type }
}

function toAudio(type: string): string {
  return type.replace(/^video\//, 'audio/')
}
