import type { OwnTable } from '../storage/copies.ts'
import { isRecording } from './recording-key.ts'

/** Of what files hold only what waits to be sent, and what is being recorded, cannot be fetched again. */
export const OWN_CONTENTS: readonly OwnTable[] = [
  { table: 'contents', field: 'fileId', isOwn: (fileId, keysOf) => keysOf('uploads').has(fileId), copiesOthers: true },
  { table: 'pieces', field: 'key', isOwn: (key) => isRecording(String(key)), copiesOthers: false },
]
