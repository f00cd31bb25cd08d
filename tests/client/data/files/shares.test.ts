import 'fake-indexeddb/auto'
import { Dexie } from 'dexie'
import { afterEach, beforeEach, expect, test, vi } from 'vitest'
import { keepShare } from '../../../../client/data/files/keep-share.ts'
import { discardShare, placeShare, watchShares, type Share } from '../../../../client/data/files/shares.ts'
import { chooseFiles, watchChosenFiles } from '../../../../client/data/files/chosen-files.ts'
import { findDraft, saveDraft } from '../../../../client/data/composing/draft.ts'

import type { Session } from '../../../../client/data/session.ts'
import { findAccount } from '../../../../client/sync/account.ts'
import { ClientDatabase, databaseName } from '../../../../client/sync/database.ts'
import { adoptShares } from '../../../../client/sync/files/adopt-shares.ts'
import { NOBODY } from '../../../../client/sync/files/share-key.ts'
import { directId } from '../../../../shared/direct-id.ts'
import { createDevice, until } from '../device.ts'
import { ann, ben, eva, group, NOON } from '../example.ts'

const errors: unknown[] = []
const options = { now: () => NOON, onError: (error: unknown) => errors.push(error) }
/** Whose app it is, with its screens. */
let session: Session

beforeEach(async () => {
  await beSignedIn(null)
  session = { ...(await createDevice()), db: new ClientDatabase(ann) }
})

afterEach(async () => {
  vi.restoreAllMocks()
  session.db.close()
  for (const id of [ann, ben, NOBODY]) await Dexie.delete(databaseName(id))
  expect(errors.splice(0)).toEqual([])
})

async function beSignedIn(userId: string | null): Promise<void> {
  await findAccount()
  const device = new Dexie('chatbox-device')
  await device.open()
  const state = device.table('state')
  await state.clear()
  if (userId !== null) await state.put({ key: 'current', userId, handle: 'x', name: 'X', sessionId: 'one' })
  device.close()
}

function form(texts: Record<string, string>, files: readonly File[] = []): Pick<Request, 'formData'> {
  const data = new FormData()
  for (const [name, text] of Object.entries(texts)) data.set(name, text)
  for (const file of files) data.append('files', file)
  return { formData: () => Promise.resolve(data) }
}

function file(name: string, type = 'text/plain'): File {
  return new File([name], name, { type })
}

const numbered = (count: number) => Array.from({ length: count }, (_, index) => file(`${index + 1}.txt`))

async function share(request: Pick<Request, 'formData'>): Promise<Share> {
  const before = await until(watchShares(session))
  expect(await keepShare(request, options)).toBeNull()
  const after = await until(watchShares(session))
  expect(after).toHaveLength(before.length + 1)
  const [newest] = after
  if (newest === undefined) throw new Error('nothing was kept')
  return newest
}

const namesIn = async (id: string) => (await until(watchChosenFiles(session, id))).map(({ name }) => name)

test('what another app shares is kept, its photos to be drawn and the rest as it is', async () => {
  await beSignedIn(ann)
  const { id, ...rest } = await share(
    form({ title: 'The board', text: 'See https://example.org/a', url: 'https://example.org/a' }, [
      file('board.jpg', 'image/jpeg'),
      file('../sheet.pdf', 'application/pdf'),
    ]),
  )
  expect(rest).toEqual({
    text: 'The board\nSee https://example.org/a',
    fileNames: ['board.jpg', expect.stringMatching(/^[^/]*sheet\.pdf$/)],
    at: NOON,
  })
  const kept = await until(watchChosenFiles(session, id))
  expect(kept.map(({ as, isReady, bytes }) => ({ as, isReady, bytes }))).toEqual([
    { as: 'photo', isReady: false, bytes: 9 },
    { as: 'document', isReady: true, bytes: 12 },
  ])
  const held = await session.db.contents.toArray()
  expect(held.map(({ key }) => key.split('/')[1]).sort()).toEqual(['source', 'whole'])
})

test.each<[string, Record<string, string>, string]>([
  ['a title that the text begins with', { title: 'Hello', text: 'Hello, you' }, 'Hello, you'],
  ['the same twice', { title: 'Hello', text: 'Hello' }, 'Hello'],
  ['an address alone', { title: '', url: 'https://example.org' }, 'https://example.org'],
  ['controls', { text: 'a\u0000b\r\nc' }, 'ab\nc'],
])('of %s each is written once, and clean', async (_, texts, text) => {
  await beSignedIn(ann)
  expect((await share(form(texts))).text).toBe(text)
})

test('a form that brings nothing, or does not come to its end, is said to be missed', async () => {
  await beSignedIn(ann)
  expect(await keepShare(form({ title: ' ' }, [new File([], '')]), options)).toBe('missed')
  expect(await keepShare({ formData: () => Promise.reject(new TypeError('cut off')) }, options)).toBe('missed')
  expect(await until(watchShares(session))).toEqual([])
})

test.each([
  ['QuotaExceededError', 'no-room'],
  ['UnknownError', 'not-kept'],
])('where storing ends with %s nothing of it is kept, and that is said', async (name, problem) => {
  await beSignedIn(ann)
  await session.db.open()
  let puts = 0
  const add = IDBObjectStore.prototype.add
  vi.spyOn(IDBObjectStore.prototype, 'add').mockImplementation(function (this: IDBObjectStore, value: unknown) {
    puts += 1
    if (puts === 2) throw new DOMException('', name)
    return add.call(this, value)
  })
  expect(await keepShare(form({ text: 'Hello' }, numbered(2)), options)).toBe(problem)
  vi.restoreAllMocks()
  expect(await until(watchShares(session))).toEqual([])
  expect(await session.db.contents.count()).toBe(0)
  expect(await session.db.uploads.count()).toBe(0)
})

test('it is put behind what is being written, and is then no share any more', async () => {
  await beSignedIn(ann)
  const { id } = await share(form({ text: 'See this' }, numbered(2)))
  await chooseFiles(session, group, [{ name: 'mine.txt', type: '', content: new Blob(['x']), as: 'document' }])
  await saveDraft(session, group, 'Begun')
  expect(await placeShare(session, id, group)).toEqual({ left: 0 })
  expect(await namesIn(group)).toEqual(['mine.txt', '1.txt', '2.txt'])
  expect(await findDraft(session, group)).toMatchObject({ text: 'Begun\nSee this' })
  expect(await until(watchShares(session))).toEqual([])
})

test('it is put to a person with whom nothing was begun', async () => {
  await beSignedIn(ann)
  const { id } = await share(form({ text: 'See this' }))
  const direct = directId(ann, eva)
  await placeShare(session, id, direct)
  expect(await findDraft(session, direct)).toMatchObject({ text: 'See this' })
  expect(await session.db.outbox.count()).toBe(0)
})

test('files for which a message has no room stay, without the text, and go with another one', async () => {
  await beSignedIn(ann)
  const { id } = await share(form({ text: 'Twelve' }, numbered(12)))
  expect(await placeShare(session, id, group)).toEqual({ left: 2 })
  expect(await namesIn(group)).toHaveLength(10)
  expect(await until(watchShares(session))).toMatchObject([{ id, text: '', fileNames: ['11.txt', '12.txt'] }])
  expect(await placeShare(session, id, group)).toEqual({ left: 2 })
  expect(await findDraft(session, group)).toMatchObject({ text: 'Twelve' })
  const direct = directId(ann, eva)
  expect(await placeShare(session, id, direct)).toEqual({ left: 0 })
  expect(await namesIn(direct)).toEqual(['11.txt', '12.txt'])
})

test('shares wait beside each other, the newest first, and one that is discarded leaves nothing', async () => {
  await beSignedIn(ann)
  const first = await share(form({ text: 'First' }, numbered(1)))
  const second = await share(form({ text: 'Second' }, numbered(1)))
  expect((await until(watchShares(session))).map(({ text }) => text)).toEqual(['Second', 'First'])

  await discardShare(session, second.id)
  expect(await until(watchShares(session))).toEqual([first])
  expect(await session.db.contents.count()).toBe(1)
})

test('while nobody is signed in it is nobody’s, then of whoever signs in, and never of another one', async () => {
  expect(await keepShare(form({ text: 'Early' }, numbered(1)), options)).toBeNull()
  expect(await until(watchShares(session))).toEqual([])
  await adoptShares(session.db)
  const [share] = await until(watchShares(session))
  expect(share).toMatchObject({ text: 'Early', fileNames: ['1.txt'] })
  expect(await Dexie.getDatabaseNames()).not.toContain(databaseName(NOBODY))
  const bens = new ClientDatabase(ben)
  await adoptShares(bens)
  expect(await until(watchShares({ ...session, db: bens }))).toEqual([])
  bens.close()
})

test('what is shared while somebody is signed in is theirs, whoever signs in next', async () => {
  await beSignedIn(ann)
  await share(form({ text: 'Mine' }))
  await beSignedIn(ben)
  const bens = new ClientDatabase(ben)
  await adoptShares(bens)
  expect(await until(watchShares({ ...session, db: bens }))).toEqual([])
  bens.close()
  expect(await until(watchShares(session))).toHaveLength(1)
})
