import { expect, test } from 'vitest'
import type { ErrorCode } from '../../../../shared/protocol/errors.ts'
import type { FileView } from '../../../../client/data/messages/file-view.ts'
import {
  isMoreThanRefused,
  listNoPhotos,
  listRefusedFiles,
} from '../../../../client/views/conversation/refused-files.ts'

const file = (id: string, code: ErrorCode | null): FileView => ({
  ...{ id, kind: 'photo', name: id, type: 'image/jpeg', bytes: 1, size: null, preview: null, durationMs: null },
  description: '',
  upload: { kind: 'waiting', sent: 0, bytes: 1, problem: code === null ? null : { code, message: 'no' } },
})
const refused = (files: FileView[], text = '') => ({
  ...{ files, text },
  delivery: { kind: 'refused', code: 'not_a_photo', reason: 'no' } as const,
})

test('what the server cannot show as a photo can go as a document, anything else it refused cannot', () => {
  const message = refused([
    file('a', 'not_a_photo'),
    file('b', 'quota_full'),
    file('c', 'photo_too_large'),
    file('d', null),
  ])
  expect(listRefusedFiles(message).map(({ id }) => id)).toEqual(['a', 'b', 'c'])
  expect(listNoPhotos(message).map(({ id }) => id)).toEqual(['a', 'c'])
})

test('what only waits for room was not refused', () => {
  expect(listRefusedFiles(refused([file('a', 'storage_full')]))).toEqual([])
  expect(listRefusedFiles({ ...refused([file('a', 'not_a_photo')]), delivery: { kind: 'waiting' } })).toEqual([])
})

test('a message goes on without a file only where something is left of it', () => {
  expect(isMoreThanRefused(refused([file('a', 'file_empty')]))).toBe(false)
  expect(isMoreThanRefused(refused([file('a', 'file_empty')], 'words'))).toBe(true)
  expect(isMoreThanRefused(refused([file('a', 'file_empty'), file('b', null)]))).toBe(true)
  expect(isMoreThanRefused(refused([file('b', null)], 'words'))).toBe(false)
})
