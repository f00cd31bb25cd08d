import 'fake-indexeddb/auto'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { loadGallery, type GalleryItem } from '../../../../client/data/files/gallery.ts'
import type { Session } from '../../../../client/data/session.ts'
import type { FileKind, MessageFile } from '../../../../shared/protocol/files.ts'
import { createDevice } from '../device.ts'
import { ben, exampleId, group, hidden, message, NOON } from '../example.ts'

let session: Session
beforeEach(async () => {
  session = await createDevice()
})
afterEach(() => session.db.delete())

const file = (number: number, kind: FileKind, name = `file-${number}`): MessageFile => ({
  ...{ id: exampleId(700 + number), kind, name, type: 'application/octet-stream', bytes: 10 },
})

async function hold(...rows: ReturnType<typeof message>[]): Promise<void> {
  await session.db.messages.bulkPut(rows)
  const last = rows.toSorted((one, other) => other.n - one.n)[0]
  if (last !== undefined) await session.db.latest.put(last)
}

const toWords = (item: GalleryItem) =>
  item.kind === 'hole' ? `hole ${item.count} before ${item.before}` : item.kind === 'link' ? item.href : item.file.name

test('each kind has its own list, the newest first, with who sent it and when', async () => {
  await hold(
    message(1, { authorId: ben, text: '', files: [file(1, 'photo'), file(2, 'document')] }),
    message(2, { text: 'look: https://example.org/a, and https://example.org/a again' }),
    message(3, { text: '', files: [file(3, 'voice'), file(4, 'video'), file(5, 'audio')] }),
  )
  const load = async (kind: Parameters<typeof loadGallery>[2]) => (await loadGallery(session, group, kind)).items
  expect((await load('photos')).map(toWords)).toEqual(['file-4', 'file-1'])
  expect((await load('documents')).map(toWords)).toEqual(['file-2'])
  expect((await load('voice')).map(toWords)).toEqual(['file-3', 'file-5'])
  expect((await load('links')).map(toWords)).toEqual(['https://example.org/a'])
  const [photo] = await load('documents')
  expect(photo).toMatchObject({ source: { n: 1, mine: false, author: { name: 'Ben' }, at: message(1).sentAt } })
  expect(message(1).sentAt).toBeGreaterThanOrEqual(NOON)
})

test('what is not on the device is a hole in its place, at the beginning too', async () => {
  await hold(
    message(4, { text: '', files: [file(1, 'photo')] }),
    message(9, { text: '', files: [file(2, 'photo')] }),
    message(10, { text: 'hello' }),
  )
  const page = await loadGallery(session, group, 'photos')
  expect(page.items.map(toWords)).toEqual(['file-2', 'hole 4 before 9', 'file-1', 'hole 3 before 4'])
  expect(page.before).toBeNull()
})

test('what was deleted, for all or for oneself, is not in it', async () => {
  await hold(
    message(1, { text: null }),
    message(2, { text: '', files: [file(1, 'photo')] }),
    message(3, { text: '', files: [file(2, 'photo')] }),
  )
  await session.db.hiddens.put(hidden(2))
  expect((await loadGallery(session, group, 'photos')).items.map(toWords)).toEqual(['file-2'])
})

test('a long conversation comes in pages, none of them twice and none left out', async () => {
  const rows = Array.from({ length: 250 }, (_, index) =>
    message(index + 1, { text: '', files: [file(index, 'photo')] }),
  )
  await hold(...rows)
  const seen: string[] = []
  for (let before: number | null | undefined; before !== null;) {
    const page = await loadGallery(session, group, 'photos', before)
    expect(page.items.length).toBeLessThanOrEqual(90)
    seen.push(...page.items.map(toWords))
    before = page.before
  }
  expect(seen).toEqual(rows.map((_, index) => `file-${249 - index}`))
})

test('a conversation of which nothing is here has nothing to show', async () => {
  expect(await loadGallery(session, exampleId(999), 'photos')).toEqual({ items: [], before: null })
})
