import { expect, test } from 'vitest'
import { createCampusContracts } from '../../../../client/sync/campus-contract.ts'
import { PROTOCOL_VERSION, PROTOCOL_VERSION_MIN } from '../../../../shared/protocol/version.ts'
import { ann, entry, group, react, send } from '../../data/example.ts'
import { fileId, withFiles } from './example-uploads.ts'

/* While processes are updated one after another, a device meets some that know no files: they would leave them out. */

const message = withFiles('with a file', [{ id: fileId() }])
const answer = entry(send('yes', group, { replyToId: message.id }))
const reaction = entry(react(answer.id, '👍'))
const after = entry(send('after it'))
const waiting = [message, answer, reaction, after]

test('a process that knows files is sent all that waits', () => {
  const [newest] = createCampusContracts(ann)
  expect(newest().select(waiting)).toEqual(waiting)
})

test('one of an older version is sent no message with files, nor what is about it, and all else', () => {
  const [, ...older] = createCampusContracts(ann)
  expect(older.map((create) => create().version)).toEqual(
    Array.from({ length: PROTOCOL_VERSION - PROTOCOL_VERSION_MIN }, (_, index) => PROTOCOL_VERSION - 1 - index),
  )
  for (const create of older) expect(create().select(waiting)).toEqual([after])
})
