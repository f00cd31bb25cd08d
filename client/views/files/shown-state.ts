import type { UploadProblem } from '../../data/messages/file-view.ts'
import type { ContentView } from '../../data/files/content-source.ts'
import type { FileView } from '../../data/messages/file-view.ts'
import type { FileState } from '../../ui/media/file-state.ts'
import { toClock } from '../../ui/time.ts'

/** What is said of a content, wherever it is. */
export function toContentState(content: ContentView): FileState {
  switch (content.kind) {
    case 'here':
      return { kind: 'here' }
    case 'elsewhere':
      return { kind: 'asks' }
    case 'fetching':
      return { kind: 'loading', done: content.total === null ? null : content.got / content.total }
    case 'missing':
      return { kind: 'missing', why: 'It is not on the server any more.', canRetry: true }
    case 'no-room':
      return { kind: 'missing', why: 'This device has no room for it.', canRetry: true }
  }
}

/** What is said of a file: how it gets on while its message `waits`, or what is known of its content. */
export function toShownState({ upload }: FileView, content: FileState, connected: boolean, waits = true): FileState {
  if (upload === null || upload.kind === 'whole' || !waits) return content
  const done = upload.bytes === 0 ? 0 : upload.sent / upload.bytes
  if (upload.kind === 'paused') return { kind: 'uploading', done, pace: 'paused' }
  const why = connected ? toObstacle(upload.problem) : 'Waiting for a network'
  return why === null ? { kind: 'uploading', done, pace: 'going' } : { kind: 'uploading', done, pace: 'waiting', why }
}

/** Why a file does not go up though there is a network; null while it does. */
function toObstacle(problem: UploadProblem | null): string | null {
  switch (problem?.code) {
    case undefined:
    // What it was once refused for is remembered while it goes up once more.
    case 'file_damaged':
    case 'file_missing':
      return null
    case 'storage_full':
      return 'Waiting for room on the server'
    case 'slow_down':
      return problem.goesOnAt === undefined ? 'That was a lot at once' : `Goes on at ${toClock(problem.goesOnAt)}`
    default:
      return 'Waiting for the server'
  }
}
