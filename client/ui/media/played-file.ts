import type { FileState } from './file-state.ts'

/** Sound or a video that is played in place. */
export interface PlayedFile {
  id: string
  kind: 'voice' | 'audio' | 'video'
  name: string
  bytes: number
  /** As its sender's device measured it. */
  durationMs?: number | undefined
  /** Of the content, as soon as it can be played: on this device, or on the server, which plays what is asked for. */
  url: string | null
  state: FileState
}
