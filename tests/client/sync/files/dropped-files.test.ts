import 'fake-indexeddb/auto'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { createCampusKind } from '../../../../client/sync/campus-kind.ts'
import { ClientDatabase } from '../../../../client/sync/database.ts'
import { createDexieStore } from '../../../../client/sync/dexie-store.ts'
import { createContents } from '../../../../client/sync/files/contents.ts'
import { removeDropped } from '../../../../client/sync/files/remove-dropped.ts'
import { applyFrame } from '../../../../client/sync/log/apply.ts'
import type { Campus } from '../../../../client/sync/tables.ts'
import type { MessageFile } from '../../../../shared/protocol/files.ts'
import type { LiveRow } from '../../../../shared/protocol/rows.ts'
import { ann, ben, conversation, exampleId, group, member, message, NOON } from '../../data/example.ts'

const kind = createCampusKind(ann, { now: () => NOON })
const photo: MessageFile = { id: exampleId(71), kind: 'photo', name: 'board.jpg', type: 'image/jpeg', bytes: 3 }
const sheet: MessageFile = { id: exampleId(72), kind: 'document', name: 'sheet.pdf', type: 'application/pdf', bytes: 3 }

let db: ClientDatabase
let opened = 0
beforeEach(async () => {
  db = new ClientDatabase(`dropped-${opened++}`)
  const contents = createContents(db, () => NOON)
  await db.conversations.put(conversation())
  await db.members.bulkPut([member(ann), member(ben)])
  await db.messages.bulkPut([message(1, { files: [photo] }), message(2, { files: [sheet] })])
  for (const { id } of [photo, sheet]) await contents.put(id, 'whole', new Blob(['abc']))
  await contents.put(photo.id, 'small', new Blob(['a']))
  await db.keptOffline.put({ conversationId: group, fileId: photo.id })
})
afterEach(() => db.delete())

async function apply(row: LiveRow): Promise<void> {
  await createDexieStore(db).transact(async (tables) => {
    await tables.setPosition({ ...(await tables.getPosition()), lineage: 'l1', cursor: 10 })
    const change = { lineage: { id: 'l1', start: 0 }, from: 10, to: 20, next: null, rows: [row] }
    expect(await applyFrame<Campus>(tables, kind, change)).toBe('applied')
  })
  await removeDropped(db, await db.droppedFiles.toArray())
}

const held = async () => (await db.contents.toArray()).map(({ key }) => key)

test('a message that is deleted takes what this device holds of its files with it, and of no others', async () => {
  await apply(message(1, { seq: 20, text: null }))
  expect(await held()).toEqual([`${sheet.id}/whole`])
  expect(await db.keptOffline.count()).toBe(0)
  expect(await db.droppedFiles.count()).toBe(0)
})

test('whoever is put out of a group keeps none of its files', async () => {
  await apply({ ...member(ann), seq: 20, removed: true })
  expect(await db.messages.count()).toBe(0)
  expect(await held()).toEqual([])
})

test('what waits to be sent once more from here stays', async () => {
  await db.uploads.put({
    ...{
      id: photo.id,
      conversationId: group,
      messageId: exampleId(80),
      place: 0,
      name: 'board.jpg',
      type: 'image/jpeg',
    },
    ...{ bytes: 3, as: 'photo', isReady: true, sha256: null, description: '', state: { kind: 'waiting' } },
    ...{ sent: 0, isCreated: false, problem: null },
  })
  await apply(message(1, { seq: 20, text: null }))
  expect((await held()).sort()).toEqual([`${photo.id}/small`, `${photo.id}/whole`, `${sheet.id}/whole`].sort())
})

test('an edit of the text takes nothing away', async () => {
  await apply(message(1, { seq: 20, text: 'another', files: [photo] }))
  expect(await held()).toHaveLength(3)
})
