import { expect, test } from 'vitest'
import type { FileView, UploadView } from '../../../../client/data/messages/file-view.ts'
import { toStateWords, type FileState } from '../../../../client/ui/media/file-state.ts'
import { toShownState } from '../../../../client/views/files/shown-state.ts'
import { refusal, type ErrorCode } from '../../../../shared/protocol/errors.ts'

const HERE: FileState = { kind: 'here' }

function fileWith(upload: UploadView | null): FileView {
  return {
    ...{ id: 'file', kind: 'document', name: 'notes.txt', type: 'text/plain', bytes: 100, size: null },
    ...{ preview: null, durationMs: null, description: '', upload },
  }
}

function uploading(kind: 'waiting' | 'paused', sent: number, code?: ErrorCode): FileView {
  return fileWith({ kind, sent, bytes: 100, problem: code === undefined ? null : refusal(code) })
}

test.each<[FileView, boolean, string]>([
  [uploading('waiting', 40), true, 'Sending, 40%'],
  [uploading('waiting', 0), false, 'Waiting for a network'],
  [uploading('waiting', 40), false, 'Waiting for a network, 40% sent'],
  [uploading('waiting', 40, 'storage_full'), false, 'Waiting for a network, 40% sent'],
  [uploading('waiting', 0, 'storage_full'), true, 'Waiting for room on the server'],
  [uploading('waiting', 40, 'storage_full'), true, 'Waiting for room on the server, 40% sent'],
  [uploading('waiting', 100, 'unavailable'), true, 'Waiting for the server, 100% sent'],
  [uploading('waiting', 40, 'file_damaged'), true, 'Sending, 40%'],
  [uploading('waiting', 40, 'file_missing'), true, 'Sending, 40%'],
  [uploading('paused', 40), true, 'Paused at 40%'],
  [uploading('paused', 40, 'storage_full'), false, 'Paused at 40%'],
])('%j, connected: %s, is “%s”', (file, connected, words) => {
  expect(toStateWords(toShownState(file, HERE, connected))).toBe(words)
})

test('what the server has, or what does not wait, is said as its content is', () => {
  expect(toShownState(fileWith(null), HERE, false)).toBe(HERE)
  expect(toShownState(fileWith({ kind: 'whole' }), HERE, false)).toBe(HERE)
  expect(toShownState(uploading('waiting', 40), HERE, true, false)).toBe(HERE)
})
