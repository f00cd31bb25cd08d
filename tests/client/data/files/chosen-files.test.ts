import 'fake-indexeddb/auto'
import { afterEach, beforeEach, expect, test } from 'vitest'
import {
  chooseFiles,
  describeFile,
  findSource,
  prepareAgain,
  removeChosen,
  sendAsDocument,
  setPrepared,
  watchChosenFiles,
  type ChosenFile,
} from '../../../../client/data/files/chosen-files.ts'
import type { Session } from '../../../../client/data/session.ts'
import { FILES_PER_MESSAGE_MAX } from '../../../../shared/protocol/limits.ts'
import { createDevice, until } from '../device.ts'
import { exampleId, group } from '../example.ts'

let session: Session
beforeEach(async () => {
  session = await createDevice()
})
afterEach(() => session.db.delete())

const file = (name: string, as: ChosenFile['as'] = 'document'): ChosenFile => ({
  ...{ name, as, type: 'text/plain', content: new Blob([`what ${name} holds`]) },
})
const drawn = {
  ...{ content: new Blob(['drawn']), small: new Blob(['small']), name: 'board.jpg', type: 'image/jpeg' },
  ...{ width: 4, height: 3, preview: 'AAAA' },
}
const chosen = () => until(watchChosenFiles(session, group))
const held = async () => (await session.db.contents.toArray()).map(({ key }) => key.replace(/^.*\//, '')).sort()

test('what was chosen is kept with what it holds, in the order in which it was chosen', async () => {
  expect(await chooseFiles(session, group, [file('a.txt'), file('b.txt')])).toEqual({ left: 0 })
  expect(await chooseFiles(session, group, [file('c.txt')])).toEqual({ left: 0 })
  await chooseFiles(session, exampleId(200), [file('elsewhere.txt')])
  const uploads = await chosen()
  expect(uploads.map(({ name, place }) => [name, place])).toEqual([
    ['a.txt', 0],
    ['b.txt', 1],
    ['c.txt', 2],
  ])
  const source = await findSource(session, uploads[1]?.id ?? '')
  expect(await source?.text()).toBe('what b.txt holds')
})

test('a name is cleaned before it is kept', async () => {
  await chooseFiles(session, group, [file('../../etc/pass\u202ewd')])
  expect((await chosen())[0]?.name).not.toMatch(/[/\u202e]/)
})

test('what finds no room in a message is left out, and nothing of it is kept', async () => {
  const many = Array.from({ length: FILES_PER_MESSAGE_MAX + 2 }, (_, index) => file(`${index}.txt`))
  expect(await chooseFiles(session, group, many)).toEqual({ left: 2 })
  expect(await chooseFiles(session, group, [file('one more.txt')])).toEqual({ left: 1 })
  expect([(await chosen()).length, (await held()).length]).toEqual([FILES_PER_MESSAGE_MAX, FILES_PER_MESSAGE_MAX])
})

test('chosen twice at once they are no more than fit, each in a place of its own', async () => {
  const some = (name: string) => Array.from({ length: 7 }, (_, index) => file(`${name} ${index}.txt`))
  const [one, other] = await Promise.all([
    chooseFiles(session, group, some('one')),
    chooseFiles(session, group, some('other')),
  ])
  expect(one.left + other.left).toBe(4)
  const uploads = await chosen()
  expect(new Set(uploads.map(({ place }) => place)).size).toBe(FILES_PER_MESSAGE_MAX)
  expect(await held()).toHaveLength(FILES_PER_MESSAGE_MAX)
})

test('a photo is ready once it was drawn, and what it was drawn from stays to draw it anew', async () => {
  await chooseFiles(session, group, [file('board.heic', 'photo')])
  const [{ id } = { id: '' }] = await chosen()
  expect(await held()).toEqual(['source'])
  await describeFile(session, id, 'A board')
  await setPrepared(session, id, drawn)
  expect(await chosen()).toMatchObject([
    {
      isReady: true,
      name: 'board.jpg',
      type: 'image/jpeg',
      bytes: 5,
      width: 4,
      preview: 'AAAA',
      description: 'A board',
    },
  ])
  expect(await held()).toEqual(['small', 'source', 'whole'])
  await prepareAgain(session, id, true)
  expect(await chosen()).toMatchObject([{ isReady: false, asIs: true }])
  expect(await (await findSource(session, id))?.text()).toBe('what board.heic holds')
})

test('as a document a photo is sent as it was chosen', async () => {
  await chooseFiles(session, group, [file('board.heic', 'photo')])
  const [{ id } = { id: '' }] = await chosen()
  await setPrepared(session, id, drawn)
  await sendAsDocument(session, id)
  const [upload] = await chosen()
  expect(upload).toMatchObject({ as: 'document', isReady: true, bytes: 21, sha256: null })
  expect(upload).not.toHaveProperty('width')
  const content = await session.db.contents.get(`${id}/whole`)
  expect(await content?.blob.text()).toBe('what board.heic holds')
})

test('what is taken out goes with all that it holds, also when it is drawn just then', async () => {
  await chooseFiles(session, group, [file('board.heic', 'photo')])
  const [{ id } = { id: '' }] = await chosen()
  await removeChosen(session, id)
  await setPrepared(session, id, drawn)
  expect([await chosen(), await held()]).toEqual([[], []])
})
