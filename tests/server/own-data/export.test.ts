import { Readable } from 'node:stream'
import { buffer, text } from 'node:stream/consumers'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { fromBuffer } from 'yauzl'
import { exportOwnData } from '../../../server/own-data/export.ts'
import { EVERYONE_ID } from '../../../shared/protocol/fields.ts'
import { type Backend, createBackend } from '../../support/backend.ts'
import { type Campus, createCampus, edit, remove, send, setDraft } from '../../support/campus.ts'
import { createMemoryHome } from '../../support/memory-home.ts'

/* What somebody takes along is theirs, all of it, and nobody else's secret. */

let backend: Backend
let campus: Campus
beforeAll(async () => {
  backend = await createBackend()
  campus = createCampus({ store: backend.store })
})
afterAll(() => backend.dispose())

const fail = (error: unknown) => {
  throw error
}

/** What each path of a zip holds. */
async function unzip(zip: Readable): Promise<Map<string, string>> {
  const bytes = await buffer(zip)
  return new Promise((resolve, reject) => {
    const found = new Map<string, string>()
    fromBuffer(bytes, { lazyEntries: true }, (error, file) => {
      if (error !== null) return reject(error)
      file.on('entry', (entry: { fileName: string }) => {
        file.openReadStream(entry as never, (failed, stream) => {
          if (failed !== null) return reject(failed)
          text(stream).then((content) => {
            found.set(entry.fileName, content)
            file.readEntry()
          }, reject)
        })
      })
      file.on('end', () => resolve(found))
      file.readEntry()
    })
  })
}

const exportOf = async (userId: string, home = createMemoryHome()) =>
  unzip(await exportOwnData(backend.store, home, userId, fail))

test('each conversation that one is in is there as text and as JSON, and of Everyone one’s own', async () => {
  const [ann, ben, eve] = [await campus.register('Ann'), await campus.register('Ben'), await campus.register('Eve')]
  const group = await campus.group(ann, ben)
  const direct = await campus.direct(ann, ben)
  const left = await campus.group(eve, ben)
  await campus.accept(eve, send(left, 'a secret of others'), send(EVERYONE_ID, 'Eve to all'))
  const edited = send(group, 'First')
  const deleted = send(group, 'Gone')
  await campus.accept(ann, edited, deleted, send(EVERYONE_ID, 'Ann to all'))
  await campus.accept(ann, edit(group, edited.id, 'Second\nof two lines'), remove(group, deleted.id))
  await campus.accept(ben, send(direct, 'For Ann alone'))
  const found = await exportOf(ann)
  const paths = [...found.keys()]
  expect(paths.slice(0, 2)).toEqual(['README.txt', 'account.json'])
  expect(paths.filter((path) => path.endsWith('messages.txt'))).toEqual([
    'conversations/0001 Everyone/messages.txt',
    expect.stringMatching(/^conversations\/0002 .+\/messages\.txt$/) as string,
    'conversations/0003 Ben/messages.txt',
  ])
  const all = [...found.values()].join('\n')
  for (const said of ['Second\n    of two lines', 'Ann to all', 'For Ann alone', '(deleted)'])
    expect(all).toContain(said)
  for (const others of ['a secret of others', 'Eve to all', 'Gone']) expect(all).not.toContain(others)
  const json = found.get('conversations/0003 Ben/messages.json') ?? ''
  expect(
    json
      .trimEnd()
      .split('\n')
      .map((line) => JSON.parse(line) as unknown),
  ).toEqual([
    expect.objectContaining({ n: 1, text: 'For Ann alone', from: expect.objectContaining({ name: 'Ben' }) as object }),
  ])
})

test('what one has set is there, and no hash of a password or a session', async () => {
  const ann = await campus.register('Ann')
  await campus.accept(ann, setDraft(EVERYONE_ID, 'Not sent yet'))
  const { db } = backend.store
  await db.insertInto('credential').values({ user_id: ann, password_hash: '$2b$hash' }).execute()
  const content = (await exportOf(ann)).get('account.json') ?? ''
  expect(JSON.parse(content)).toMatchObject({ account: { id: ann, name: 'Ann' } })
  expect(content).toContain('Not sent yet')
  expect(content).not.toContain('$2b$hash')
})

test('a long conversation is whole, page after page', async () => {
  const ann = await campus.register('Ann')
  const group = await campus.group(ann)
  const commands = Array.from({ length: 1_203 }, (_, index) => send(group, `message ${index}`))
  for (let at = 0; at < commands.length; at += 100) await campus.accept(ann, ...commands.slice(at, at + 100))
  const found = await exportOf(ann)
  const json = [...found].find(([path]) => /0002 .*json$/.test(path))?.[1] ?? ''
  const numbers = json
    .trimEnd()
    .split('\n')
    .map((line) => (JSON.parse(line) as { n: number }).n)
  expect(numbers).toEqual(Array.from({ length: 1_203 }, (_, index) => index + 1))
})

test('files are there under their names, also two of one name, and one that is lost says so', async () => {
  const ann = await campus.register('Ann')
  const { db } = backend.store
  const contents = new Map([
    ['01890a5d-ac96-774b-bcce-b302099a8051', 'one'],
    ['01890a5d-ac96-774b-bcce-b302099a8052', 'two'],
    ['01890a5d-ac96-774b-bcce-b302099a8053', undefined],
  ])
  for (const id of contents.keys()) {
    const common = { bytes: 3, sha256: '0'.repeat(64), created_at: 1_800_000_000_000 }
    await db
      .insertInto('file_content')
      .values({ id, small_bytes: null, ...common })
      .execute()
    const unknown = { duration_ms: null, width: null, height: null, preview: null, type: 'text/plain' }
    await db
      .insertInto('file')
      .values({
        ...common,
        ...unknown,
        id,
        user_id: ann,
        name: '../notes.txt',
        shown_as: 'document',
        content_id: id,
        kind: 'document',
        touched_at: 1,
      })
      .execute()
  }
  const home = {
    read: async ({ contentId }: { contentId: string }) => {
      const content = contents.get(contentId)
      return content === undefined ? undefined : Readable.from([content])
    },
  }
  const found = await unzip(await exportOwnData(backend.store, home, ann, fail))
  const files = [...found].filter(([path]) => path.startsWith('files/'))
  expect(files.map(([path]) => path)).toEqual([
    'files/2027-01-15 00001 notes.txt',
    'files/2027-01-15 00002 notes.txt',
    'files/2027-01-15 00003 notes.txt',
  ])
  expect(files.map(([, content]) => content)).toEqual(['one', 'two', 'This file is not there any more.\n'])
})
