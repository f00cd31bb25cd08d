import { randomBytes } from 'node:crypto'
import { uuidv7 } from 'uuidv7'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { EVERYONE_ID } from '../../../shared/protocol/fields.ts'
import { type Backend, createBackend } from '../../support/backend.ts'
import { addMembers, leaveGroup, remove, removeMember, send } from '../../support/campus.ts'
import { type Answer, type ApiServer, codeOf, createApiServer } from '../http/api-server.ts'
import { plainPhoto } from './example-photos.ts'
import { type ExampleFile, exampleFile, type UploadCalls, uploadCalls } from './upload-calls.ts'

// Who may see which file: whoever may see a message that carries it at this moment, and nobody else.

type Person = UploadCalls & { userId: string; cookie: string | undefined }

/** Ann sent the files; ben is in the group since before that, new came after it, and these three were in it once. */
const PEOPLE = ['ann', 'ben', 'new', 'gone', 'left', 'back', 'eve', 'nobody'] as const
type Name = (typeof PEOPLE)[number]

let backend: Backend
let server: ApiServer
const people = new Map<Name, Person>()
const files = new Map<string, ExampleFile>()
beforeAll(async () => {
  backend = await createBackend()
  server = await createApiServer(backend.store)
  for (const name of PEOPLE.slice(0, -1)) {
    const { userId, cookie } = await server.join(name)
    people.set(name, { userId, cookie, ...uploadCalls(server, cookie) })
  }
  people.set('nobody', { userId: '', cookie: undefined, ...uploadCalls(server, undefined) })

  const { campus } = server
  const ids = (...names: Name[]) => names.map((name) => person(name).userId)
  const ann = person('ann').userId
  const group = await campus.group(ann, ...ids('ben', 'gone', 'left', 'back'))
  const sent = await upload(
    'in the group',
    'ann',
    exampleFile(await plainPhoto(40, 30).jpeg().toBuffer(), { as: 'photo' }),
  )
  const message = send(group, '', { files: [{ id: sent.id, description: '' }] })
  await campus.accept(ann, message)
  const forwarded = await upload('forwarded by ben', 'ann')
  const original = send(group, '', { files: [{ id: forwarded.id, description: '' }] })
  await campus.accept(ann, original)
  const direct = await campus.direct(person('ben').userId, person('eve').userId)
  const from = { conversationId: group, messageId: original.id }
  await campus.accept(
    person('ben').userId,
    send(direct, '', { files: [{ id: forwarded.id, description: '', from }], forwarded: true }),
  )
  const deleted = await upload('in a deleted message', 'ann')
  const withDeleted = send(group, '', { files: [{ id: deleted.id, description: '' }] })
  await campus.accept(ann, withDeleted, remove(group, withDeleted.id))
  const open = await upload('for everyone', 'ann')
  await campus.accept(ann, send(EVERYONE_ID, '', { files: [{ id: open.id, description: '' }] }))
  await upload('not sent yet', 'ann')
  const begun = exampleFile(randomBytes(100))
  await person('ann').create(begun)
  files.set('not whole yet', begun)
  files.set('guessed', exampleFile(randomBytes(100)))
  const alone = await upload('sent to oneself', 'ann')
  await campus.accept(ann, send(await campus.group(ann), '', { files: [{ id: alone.id, description: '' }] }))

  await campus.accept(ann, addMembers(group, ...ids('new')))
  await campus.accept(ann, removeMember(group, person('gone').userId), removeMember(group, person('back').userId))
  await campus.accept(person('left').userId, leaveGroup(group))
  await campus.accept(ann, addMembers(group, ...ids('back')))
})
afterAll(async () => {
  expect(server.errors).toEqual([])
  await server.close()
  await backend.dispose()
})

function person(name: Name): Person {
  const found = people.get(name)
  if (found === undefined) throw new Error(`there is no ${name}`)
  return found
}

function file(name: string): ExampleFile {
  const found = files.get(name)
  if (found === undefined) throw new Error(`there is no file ${name}`)
  return found
}

async function upload(name: string, by: Name, sent = exampleFile(randomBytes(200))): Promise<ExampleFile> {
  files.set(name, sent)
  const answer = await person(by).upload(sent)
  if (answer.status !== 200) throw new Error(`not uploaded: ${answer.content.toString()}`)
  return sent
}

const inTheGroup: Name[] = ['ann', 'ben', 'new', 'back']
const access: [what: string, readers: Name[]][] = [
  ['in the group', inTheGroup],
  ['forwarded by ben', [...inTheGroup, 'eve']],
  ['in a deleted message', []],
  ['for everyone', PEOPLE.slice(0, -1)],
  ['not sent yet', []],
  ['not whole yet', []],
  ['guessed', []],
  ['sent to oneself', ['ann']],
]
const table = access.flatMap(([what, readers]) =>
  PEOPLE.map((name) => [name, readers.includes(name) ? 'reads' : 'does not read', what] as const),
)
test.each(table)('%s %s what is %s', async (name, reads, what) => {
  const { get } = person(name)
  const { id } = file(what)
  const isPhoto = file(what).as === 'photo'
  const asks: [ask: Answer, status: number][] = [
    [await get(id), 200],
    [await get(id, 'whole', { range: 'bytes=0-0' }), 206],
    [await get(id, 'whole', { range: 'bytes=-5' }), 206],
    [await get(id, 'whole', { 'if-none-match': '*' }), 304],
    [await get(id, 'small'), isPhoto ? 200 : 404],
    [await get(id, 'small', { range: 'bytes=0-3' }), isPhoto ? 206 : 404],
    [await get(id, 'large'), 404],
  ]
  const head = await server.call('HEAD', `/api/files/${id}/whole`, { cookie: person(name).cookie })
  if (reads === 'reads') {
    expect(asks.map(([{ status }]) => status)).toEqual(asks.map(([, status]) => status))
    expect([head.status, head.content.length]).toEqual([200, 0])
    return
  }
  const [status, code] = name === 'nobody' ? [401, 'not_signed_in'] : [404, 'not_found']
  for (const [answer] of asks) {
    expect([answer.status, codeOf(answer)]).toEqual([status, code])
    expect(answer.headers['cache-control']).toBe('no-store')
    expect(answer.headers['content-disposition']).toBeUndefined()
  }
  expect(head.status).toBe(status)
})

const others = PEOPLE.filter((name) => name !== 'ann')
test.each(others)('%s cannot touch what ann uploads', async (name) => {
  const begun = file('not whole yet')
  const { create, patch, head, finish, remove: take, get } = person(name)
  const answers = [
    await head(begun.id),
    await patch(begun.id, 0, begun.bytes),
    await finish(begun.id),
    await take(begun.id),
    await get(begun.id),
  ]
  const status = name === 'nobody' ? 401 : 404
  expect(answers.map((answer) => answer.status)).toEqual(answers.map(() => status))
  const created = await create(begun)
  expect(codeOf(created)).toBe(name === 'nobody' ? 'not_signed_in' : 'id_taken')
  expect((await person('ann').head(begun.id)).headers['upload-offset']).toBe('0')
})

test.each(others)('%s cannot send what only ann may see', async (name) => {
  if (name === 'nobody') return
  const { userId } = person(name)
  for (const what of ['not sent yet', 'sent to oneself', 'in a deleted message', 'guessed']) {
    const message = send(EVERYONE_ID, 'Look', { files: [{ id: file(what).id, description: '' }] })
    expect(await server.campus.codeOf(userId, message)).toBe('file_missing')
  }
})

test('who has a session of another account’s tab is not signed in', async () => {
  const headers = { 'x-chatbox-account': person('ben').userId }
  const answer = await person('ann').get(file('in the group').id, 'whole', headers)
  expect([answer.status, answer.headers['cache-control']]).toEqual([401, 'no-store'])
})

test('whether somebody else has a content cannot be told', async () => {
  const secret = file('sent to oneself')
  const known = exampleFile(secret.bytes)
  const unknown = exampleFile(randomBytes(secret.bytes.length))
  const [one, other] = [await person('eve').create(known), await person('eve').create(unknown)]
  const telling = ({ status, headers, body }: Answer) => [status, headers['upload-offset'], body]
  expect(telling(one)).toEqual(telling(other))
  expect(one.headers['upload-offset']).toBe('0')
  expect((await person('eve').finish(known.id)).status).toBe(409)
})

test('what one may see need not be sent', async () => {
  const seen = file('forwarded by ben')
  for (const name of ['ann', 'ben', 'new', 'eve'] as const) {
    const again = exampleFile(seen.bytes, { name: 'again.bin' })
    const { create, head, finish } = person(name)
    expect((await create(again)).headers['upload-offset']).toBe('200')
    expect((await head(again.id)).headers['upload-offset']).toBe('200')
    expect((await finish(again.id)).body).toMatchObject({ file: { name: 'again.bin', bytes: 200 } })
  }
  for (const name of ['gone', 'left'] as const) {
    const again = exampleFile(seen.bytes)
    expect((await person(name).create(again)).headers['upload-offset']).toBe('0')
  }
})

test('a photo that one may see need not be sent as a photo; as a document it has to be', async () => {
  const seen = file('in the group')
  const photo = { ...seen, id: uuidv7() }
  const { create, finish } = person('ben')
  expect((await create(photo)).headers['upload-offset']).toBe(String(seen.bytes.length))
  expect((await finish(photo.id)).body).toMatchObject({ file: { kind: 'photo', width: 40, height: 30 } })
  const original = exampleFile(seen.bytes, { as: 'document' })
  expect((await create(original)).headers['upload-offset']).toBe('0')
})

test('access ends with the membership, and comes again with it', async () => {
  const { campus } = server
  const [ann, ben] = [person('ann'), person('ben')]
  const group = await campus.group(ann.userId, ben.userId)
  const sent = exampleFile(randomBytes(50))
  await ann.upload(sent)
  await campus.accept(ann.userId, send(group, '', { files: [{ id: sent.id, description: '' }] }))
  expect((await ben.get(sent.id)).status).toBe(200)
  await campus.accept(ann.userId, removeMember(group, ben.userId))
  expect((await ben.get(sent.id)).status).toBe(404)
  await campus.accept(ann.userId, addMembers(group, ben.userId))
  expect((await ben.get(sent.id)).status).toBe(200)
})
