/*
 * What lies between somebody and a file:
 *
 *   received    asks ──tap──▶ loading ──▶ here           loading ──▶ missing ──tap──▶ loading
 *                                ▲  └──stop──▶ asks
 *                                └── at once, where the network is good and the file is not large
 *
 *   sent        going ⇄ waiting (for a network or the server)   all ──▶ here, once the server has it
 *               going ⇄ paused (by its sender)                  all ──▶ gone, once its sender cancelled it
 */
export type FileState =
  | { kind: 'here' }
  | { kind: 'asks' }
  /** How much has come, from 0 to 1; null where that is not known. */
  | { kind: 'loading'; done: number | null }
  /** A sentence, and whether it can be had by asking once more. */
  | { kind: 'missing'; why: string; canRetry: boolean }
  /** How much the server has, from 0 to 1. It is here meanwhile, on its sender's device. */
  | ({ kind: 'uploading'; done: number } & UploadPace)

/** A file that waits goes on by itself; `why` is what it waits for, without a full stop. */
export type UploadPace = { pace: 'going' | 'paused' } | { pace: 'waiting'; why: string }

/** What a person can do with a file in a message, each with the file's id. */
export interface FileActions {
  onopen: (id: string) => void
  /** Fetches it: for the first time, or once more after it was missing. */
  onload: (id: string) => void
  /** Fetches it no further. */
  onstop: (id: string) => void
  onpause: (id: string) => void
  onresume: (id: string) => void
  /** Takes back that it is sent. */
  oncancel: (id: string) => void
}

/** What a state is in words; empty where there is nothing to say. */
export function toStateWords(state: FileState): string {
  switch (state.kind) {
    case 'here':
    case 'asks':
      return ''
    case 'loading':
      return state.done === null ? 'Loading' : `Loading, ${toPercent(state.done)}%`
    case 'missing':
      return state.why
    case 'uploading':
      return toUploadWords(state, toPercent(state.done))
  }
}

function toUploadWords(upload: UploadPace, percent: number): string {
  switch (upload.pace) {
    case 'going':
      return `Sending, ${percent}%`
    case 'waiting':
      return percent === 0 ? upload.why : `${upload.why}, ${percent}% sent`
    case 'paused':
      return `Paused at ${percent}%`
  }
}

/** In whole ones, of which the last is not said before it is there. */
export function toPercent(done: number): number {
  return Math.floor(Math.min(1, Math.max(0, done)) * 100)
}
