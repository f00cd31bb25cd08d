import { expect, test } from 'vitest'
import { createCampusContracts } from '../../../../client/sync/campus-contract.ts'
import { PROTOCOL_VERSION } from '../../../../shared/protocol/version.ts'
import { ann, entry, group, react, send } from '../../data/example.ts'
import { fileId, withFiles } from './example-uploads.ts'

/* While processes are updated one after another, a device meets some that know no files: they would leave them out. */

const message = withFiles('with a file', [{ id: fileId() }])
const answer = entry(send('yes', group, { replyToId: message.id }))
const reaction = entry(react(answer.id, '👍'))
const after = entry(send('after it'))
const waiting = [message, answer, reaction, after]

test('a process that knows files is sent all that waits', () => {
  const knowing = createCampusContracts(ann).filter((create) => create().version >= 4)
  expect(knowing.map((create) => create().version)).toEqual([PROTOCOL_VERSION, 5, 4])
  for (const create of knowing) expect(create().select(waiting)).toEqual(waiting)
})

test('one of a version that knows none is sent no message with files, nor what is about it, and all else', () => {
  const older = createCampusContracts(ann).filter((create) => create().version < 4)
  expect(older.map((create) => create().version)).toEqual([3, 2])
  for (const create of older) expect(create().select(waiting)).toEqual([after])
})
