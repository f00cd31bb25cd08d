import { randomUUID } from 'node:crypto'
import { uuidv7 } from 'uuidv7'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { WebSocket } from 'ws'
import { leaveClassrooms } from '../../../server/classroom/leave-classrooms.ts'
import { SERVER_ID } from '../../../server/commands/roles.ts'
import { erase } from '../../../server/commands/submit.ts'
import { OWN_TABLES, WAYS_IN } from '../../../server/own-data/erase-records.ts'
import { createErasures, type ErasureOptions, SECOND_PASS_AFTER_MS } from '../../../server/own-data/erase.ts'
import type { Schema } from '../../../server/store/schema.ts'
import { PROTOCOL_HEADER, PROTOCOL_VERSION } from '../../../shared/protocol/version.ts'
import { CLOSE } from '../../../shared/protocol/errors.ts'
import { EVERYONE_ID } from '../../../shared/protocol/fields.ts'
import { type Backend, createBackend } from '../../support/backend.ts'
import * as c from '../../support/campus.ts'
import { answer, ask as askQuestion, createTestClassroom, putFile } from '../../support/classroom.ts'
import { createFakeClock } from '../../support/fake-clock.ts'
import { PASSWORD } from '../accounts/open-accounts.ts'
import { type ApiServer, codeOf, createApiServer } from '../http/api-server.ts'

/* Whoever deletes their account is gone: from every table, every device, and from what others see, but for what they leave there. */

let backend: Backend
let server: ApiServer
beforeAll(async () => {
  backend = await createBackend()
  server = await createApiServer(backend.store, { chosen: { registration: 'open' } })
})
afterAll(async () => {
  expect(server.errors).toEqual([])
  await server.close()
  await backend.dispose()
})

type Somebody = Awaited<ReturnType<ApiServer['join']>>
let joined = 0
const join = () => server.join(`person${(joined += 1)}`)
const ask = (who: Somebody, messages: 'keep' | 'remove', password = PASSWORD) =>
  server.call('POST', '/api/account/delete', { cookie: who.cookie, body: { password, messages } })

/** Resolves once the rest of it is done too. */
async function leave(who: Somebody, messages: 'keep' | 'remove'): Promise<void> {
  expect((await ask(who, messages)).status).toBe(204)
  await finish()
}

/** What another process goes on with, a minute later. */
async function finish(options: Partial<ErasureOptions> = {}): Promise<void> {
  const clock = createFakeClock(Date.now() + SECOND_PASS_AFTER_MS + 1)
  const erasures = createErasures({ ...erasureOptions(), clock, ...options })
  await erasures.finish()
  await erasures.close()
}

function erasureOptions(): ErasureOptions {
  const { parts, accounts, campus } = server
  const { sequencer, announceDeleted } = parts.classrooms
  return {
    ...{ store: backend.store, clock: createFakeClock(Date.now()), endSessions: accounts.eraseSessions },
    submit: (userId, commands) => erase(campus.sequencer, userId, commands),
    leaveClassrooms: (userId, withAnswers) =>
      leaveClassrooms(
        { store: backend.store, sequencer, announceDeleted, releaseFiles: parts.files.release },
        userId,
        withAnswers,
      ),
    onError: (error) => server.errors.push(error),
  }
}

const findUser = (id: string) => backend.store.db.selectFrom('user').selectAll().where('id', '=', id).executeTakeFirst()
const findMessage = (id: string) =>
  backend.store.db.selectFrom('message').selectAll().where('id', '=', id).executeTakeFirstOrThrow()
const findGroup = (id: string) =>
  backend.store.db.selectFrom('conversation').selectAll().where('id', '=', id).executeTakeFirstOrThrow()

test('it takes the password, and a choice of what becomes of the messages', async () => {
  const ann = await join()
  expect(codeOf(await ask(ann, 'keep', 'wrong horse'))).toBe('wrong_credentials')
  const body = { password: PASSWORD, messages: 'some' }
  expect(codeOf(await server.call('POST', '/api/account/delete', { cookie: ann.cookie, body }))).toBe('bad_request')
  expect(codeOf(await server.call('POST', '/api/account/delete', { body: { password: PASSWORD } }))).toBe(
    'not_signed_in',
  )
  expect(await findUser(ann.userId)).toMatchObject({ former: 0 })
})

test('messages stay as those of a former member, groups pass on, and what was between two has ended', async () => {
  const [ann, ben, eve] = [await join(), await join(), await join()]
  const group = await server.campus.group(ann.userId, ben.userId, eve.userId)
  const direct = await server.campus.direct(ann.userId, ben.userId)
  const said = [c.send(group, 'In the group'), c.send(direct, 'To Ben'), c.send(EVERYONE_ID, 'To all')]
  await server.campus.accept(ann.userId, ...said)
  const total = (await findGroup(EVERYONE_ID)).member_count
  await leave(ann, 'keep')
  for (const { id, text } of said) expect(await findMessage(id)).toMatchObject({ text, author_id: ann.userId })
  expect(await findUser(ann.userId)).toMatchObject({ name: 'Former member', picture_id: null, former: 1 })
  expect(await findGroup(group)).toMatchObject({ creator_id: ben.userId, member_count: 2 })
  expect((await findGroup(EVERYONE_ID)).member_count).toBe(total - 1)
  // Nobody is on the other side any more, whichever way one comes.
  expect(await server.campus.codeOf(ben.userId, c.send(direct, 'Are you there?'))).toBe('posting_closed')
  expect(await server.campus.codeOf(eve.userId, c.createDirect(eve.userId, ann.userId))).toBe('not_found')
  expect(await server.campus.codeOf(ben.userId, c.addMembers(group, ann.userId))).toBe('not_found')
  expect(await server.campus.codeOf(ben.userId, c.createGroup([ann.userId]))).toBe('not_found')
})

test('messages go if they say so, also where they are no member any more, with reactions either way', async () => {
  const [ann, ben] = [await join(), await join()]
  const group = await server.campus.group(ben.userId, ann.userId)
  const left = await server.campus.group(ben.userId, ann.userId)
  const many = Array.from({ length: 230 }, (_, index) => c.send(group, `number ${index}`))
  const bens = c.send(group, 'Ben stays')
  const inLeft = c.send(left, 'In what I left')
  const edited = c.send(EVERYONE_ID, 'First')
  await server.campus.accept(ann.userId, ...many, inLeft, edited, c.edit(EVERYONE_ID, edited.id, 'Second'))
  await server.campus.accept(ben.userId, bens)
  await server.campus.accept(ann.userId, c.react(group, bens.id), c.leaveGroup(left))
  await leave(ann, 'remove')
  for (const { id } of [...many, inLeft, edited]) expect((await findMessage(id)).text).toBeNull()
  expect((await findMessage(bens.id)).text).toBe('Ben stays')
  const { db } = backend.store
  const annotations = await db
    .selectFrom('annotation')
    .select('body')
    .where('message_id', 'in', [bens.id, edited.id])
    .execute()
  const bodies = annotations.map(({ body }) => JSON.parse(body) as Record<string, unknown>)
  expect(bodies.map(({ emoji, text }) => emoji ?? text)).toEqual(expect.arrayContaining([[], null]))
})

test('nothing else of them is in any table', async () => {
  const [ben, eve] = [await join(), await join()]
  const ann = await server.join('quixotic')
  const { db } = backend.store
  const group = await server.campus.group(ben.userId, ann.userId, eve.userId)
  const direct = await server.campus.direct(ann.userId, ben.userId)
  const kept = c.send(group, 'Good day')
  const bens = c.send(group, 'To @quixotic', { mentions: [ann.userId] })
  await server.campus.accept(ben.userId, bens)
  await server.campus.accept(
    ann.userId,
    kept,
    c.renameProfile('Quixote Zephyr'),
    c.setDraft(direct, 'unsaid-draft'),
    c.setConversation(direct, { mutedUntil: null, pinned: true }),
    c.setPreference({ seen: false }),
    c.hide(group, bens.id),
    c.read(group, 1),
    c.receive(group, 1),
    c.react(group, bens.id),
    c.pin(group, kept.id),
  )
  const { userId: user_id } = ann
  await db.insertInto('email_address').values({ user_id, address: 'quixote@example.edu', confirmed_at: 1 }).execute()
  await db
    .insertInto('email_code')
    .values({ address: 'quixote@example.edu', code_hash: 'c', tries: 0, ends_at: 9e15 })
    .execute()
  const token_hash = randomUUID()
  await db
    .insertInto('one_time_link')
    .values({ token_hash, kind: 'reset', user_id, created_at: 1, ends_at: 9e15, used_at: null })
    .execute()
  await server.campus.accept(SERVER_ID, { type: 'role.set', id: uuidv7(), userId: user_id, role: 'moderator' })
  const invitation = { id: uuidv7(), token_hash: 'i', note: 'quixotic friends', uses_max: 1, uses: 0 }
  await db
    .insertInto('invitation')
    .values({ ...invitation, created_by: user_id, created_at: 1, ends_at: null, withdrawn_at: null })
    .execute()
  const report = { at: 1, kind: 'person', place_id: null, context: '["Quixote Zephyr"]', closed_at: null } as const
  const closed = { closed_by: null, outcome: null }
  await db
    .insertInto('report')
    .values([
      {
        ...report,
        ...closed,
        id: uuidv7(),
        reporter_id: ben.userId,
        subject_id: user_id,
        person_id: user_id,
        reason: 'x',
      },
      {
        ...{ ...report, ...closed, id: uuidv7(), reporter_id: user_id, subject_id: ben.userId, person_id: ben.userId },
        ...{ reason: 'quixotic words', context: '[]' },
      },
    ])
    .execute()
  const unsent = await putFile(backend.store, user_id, { name: 'quixotic.pdf' })

  const hashes = await db.selectFrom('session').select('secret_hash').where('user_id', '=', user_id).execute()
  await leave(ann, 'keep')

  const words = ['quixotic', 'quixote', 'zephyr', 'unsaid-draft']
  for (const { table, row } of await listRows()) {
    if (table === 'message' || table === 'file') continue
    const text = JSON.stringify(row).toLowerCase()
    for (const word of words) expect([table, text.includes(word)]).toEqual([table, false])
  }
  // The file is not carried by anything: it is swept, and its row with it.
  expect(await db.selectFrom('file').select('touched_at').where('id', '=', unsent).executeTakeFirst()).toEqual({
    touched_at: 0,
  })
  const tables = new Set(
    (await listRows()).flatMap(({ table, row }) => (JSON.stringify(row).includes(user_id) ? [table] : [])),
  )
  // Under their id stands what they wrote and did among others, and nothing else.
  const among = ['annotation', 'event', 'file', 'member', 'message', 'user', 'report', 'audit']
  expect([...tables].filter((table) => !among.includes(table))).toEqual([])
  for (const { secret_hash } of hashes) {
    const found = (await listRows()).filter(({ row }) => JSON.stringify(row).includes(secret_hash))
    expect(found.map(({ table }) => table)).toEqual(['erased_session'])
  }
  expect(await db.selectFrom('erasure').selectAll().execute()).toEqual([])
})

/** Every row of every table. */
async function listRows(): Promise<{ table: string; row: unknown }[]> {
  const rows: { table: string; row: unknown }[] = []
  for (const table of await listTables()) {
    const found = await backend.store.db
      .selectFrom(table as keyof Schema)
      .selectAll()
      .execute()
    rows.push(...found.map((row) => ({ table, row: row as unknown })))
  }
  return rows
}

/** In SQLite those of classrooms lie in a file of their own. */
const OF_CLASSROOMS = [
  'classroom_staff',
  'classroom_command',
  'token_issuance',
  'reply',
  'reply_file',
  'classroom',
] as const

async function listTables(): Promise<string[]> {
  const tables = await backend.store.db.introspection.getTables()
  return [...new Set([...tables.map(({ name }) => name), ...OF_CLASSROOMS])]
}

test('of every table that names a person it is known what becomes of it', async () => {
  const tables = await backend.store.db.introspection.getTables()
  const naming = tables.filter(({ columns }) => columns.some(({ name }) => name === 'user_id')).map(({ name }) => name)
  const others = ['annotation', 'member', 'file', 'picture', 'erasure', 'classroom_staff']
  expect(naming.filter((name) => ![...OWN_TABLES, ...others].some((known) => known === name))).toEqual([])
})

test('each of their devices is told so, and nobody gets in any more', async () => {
  const ann = await join()
  const handle = (await findUser(ann.userId))?.handle ?? ''
  const signIn = () => server.call('POST', '/api/sign-in', { body: { handle, password: PASSWORD } })
  const [other = ''] = (await signIn()).headers['set-cookie']?.[0]?.split(';') ?? []
  const headers = { cookie: other, origin: `http://127.0.0.1:${server.port}` }
  const socket = new WebSocket(`ws://127.0.0.1:${server.port}/api/socket`, { headers })
  await new Promise((resolve) => socket.once('open', resolve))
  const closed = new Promise<number>((resolve) => socket.once('close', resolve))
  const answer = await ask(ann, 'keep')
  expect(answer.headers['set-cookie']?.[0]).toContain('Max-Age=0')
  expect(await closed).toBe(CLOSE.notSignedIn)
  for (const cookie of [ann.cookie, other]) {
    const me = await server.call('GET', '/api/me', { cookie })
    expect([me.status, codeOf(me)]).toEqual([410, 'account_deleted'])
  }
  const back = new WebSocket(`ws://127.0.0.1:${server.port}/api/socket`, { headers })
  expect(await new Promise<number>((resolve) => back.once('close', resolve))).toBe(CLOSE.accountDeleted)
  const old = await server.call('GET', '/api/me', {
    cookie: other,
    headers: { [PROTOCOL_HEADER]: String(PROTOCOL_VERSION - 1) },
  })
  expect([old.status, codeOf(old)]).toEqual([401, 'not_signed_in'])
  expect(codeOf(await signIn())).toBe('wrong_credentials')
  const stranger = `chatbox_session=${uuidv7()}.${'A'.repeat(43)}`
  expect(codeOf(await server.call('GET', '/api/me', { cookie: stranger }))).toBe('not_signed_in')
  // The name is free again, and whoever takes it is somebody else.
  const again = await server.join(handle)
  expect(again.userId).not.toBe(ann.userId)
})

test('whoever operates alone has to hand over first, and nothing has changed', async () => {
  const ann = await join()
  const role = (userId: string, as: 'operator' | 'member') =>
    ({ type: 'role.set', id: uuidv7(), userId, role: as }) as const
  await server.campus.accept(SERVER_ID, role(ann.userId, 'operator'))
  const answer = await ask(ann, 'remove')
  expect([answer.status, codeOf(answer)]).toEqual([409, 'last_operator'])
  await finish()
  expect((await server.call('GET', '/api/me', { cookie: ann.cookie })).status).toBe(200)
  expect(await findUser(ann.userId)).toMatchObject({ former: 0 })
  const ben = await join()
  await server.campus.accept(SERVER_ID, role(ben.userId, 'operator'))
  expect((await ask(ann, 'remove')).status).toBe(204)
  await server.campus.accept(SERVER_ID, role(await server.campus.register(), 'operator'))
  await server.campus.accept(SERVER_ID, role(ben.userId, 'member'))
})

test('what a process that died left half done another one goes on with', async () => {
  const [ann, ben] = [await join(), await join()]
  const group = await server.campus.group(ann.userId, ben.userId)
  const said = c.send(group, 'Going')
  await server.campus.accept(ann.userId, said)
  const identity = { id: uuidv7(), user_id: ann.userId, issuer: 'https://id', subject: 'ann', label: '', created_at: 1 }
  await backend.store.db.insertInto('external_identity').values(identity).execute()
  const real = erasureOptions()
  const dying = createErasures({
    ...real,
    // It dies after the first step.
    submit: (userId, commands) =>
      commands[0]?.type === 'user.erase' ? real.submit(userId, commands) : Promise.reject(new Error('killed')),
    onError: () => undefined,
  })
  expect(await dying.erase(ann.userId, 'remove')).toBeUndefined()
  await dying.close()
  expect((await findMessage(said.id)).text).toBe('Going')
  // Whatever is left to do: what opened the account does not any more.
  for (const table of WAYS_IN) {
    const left = await backend.store.db
      .selectFrom(table as 'passkey')
      .selectAll()
      .where('user_id', '=', ann.userId)
      .execute()
    expect([table, left]).toEqual([table, []])
  }
  await finish()
  expect((await findMessage(said.id)).text).toBeNull()
  expect(await findGroup(group)).toMatchObject({ creator_id: ben.userId, member_count: 1 })
})

test('what was asked for and failed before anything happened is not done later', async () => {
  const ann = await join()
  const unavailable = createErasures({ ...erasureOptions(), submit: () => Promise.reject(new Error('unavailable')) })
  await expect(unavailable.erase(ann.userId, 'remove')).rejects.toThrow('unavailable')
  await unavailable.close()
  await finish()
  expect(await findUser(ann.userId)).toMatchObject({ former: 0 })
  expect(await backend.store.db.selectFrom('erasure').selectAll().execute()).toEqual([])
})

test('what was still on its way goes with the second pass', async () => {
  const [ann, ben] = [await join(), await join()]
  const group = await server.campus.group(ben.userId, ann.userId)
  expect((await ask(ann, 'remove')).status).toBe(204)
  // Whatever a device sent before it heard: neither a name nor a word of theirs stays.
  expect(await server.campus.codeOf(ann.userId, c.renameProfile('Back again'))).toBe('not_found')
  expect(await server.campus.codeOf(ann.userId, c.setPicture(null))).toBe('not_found')
  const said = c.send(EVERYONE_ID, 'Too late')
  await server.campus.accept(ann.userId, said, c.setDraft(EVERYONE_ID, 'a late draft'))
  // The first pass may have come to it, or not.
  expect(['accepted', 'not_a_member']).toContain(await server.campus.codeOf(ann.userId, c.send(group, 'Later still')))
  const late = await server.campus.group(ann.userId, ben.userId)
  await finish()
  const drafts = await backend.store.db.selectFrom('personal').selectAll().where('user_id', '=', ann.userId).execute()
  expect(drafts).toEqual([])
  const texts = await backend.store.db
    .selectFrom('message')
    .select('text')
    .where('author_id', '=', ann.userId)
    .execute()
  expect(texts.filter(({ text }) => text !== null)).toEqual([])
  expect(await findGroup(late)).toMatchObject({ creator_id: ben.userId, member_count: 1 })
})

test('a classroom passes to another of its staff, with their answers or without, and goes where there is none', async () => {
  const { store } = backend
  for (const messages of ['keep', 'remove'] as const) {
    const [ann, ben] = [await join(), await join()]
    const shared = await createTestClassroom({ store, owner: ann.userId })
    const alone = await createTestClassroom({ store, owner: ann.userId })
    await shared.act({ type: 'staff.add', id: uuidv7(), userId: ben.userId })
    const question = askQuestion()
    await shared.accept(question.command)
    const said = answer(question.id, 'An answer')
    await shared.act(said)
    await leave(ann, messages)
    const staff = await store.db
      .selectFrom('classroom_staff')
      .select(['user_id', 'role', 'removed'])
      .where('classroom_id', '=', shared.id)
      .orderBy('removed')
      .execute()
    expect(staff).toEqual([
      { user_id: ben.userId, role: 'owner', removed: 0 },
      { user_id: ann.userId, role: 'staff', removed: 1 },
    ])
    const reply = await store.db
      .selectFrom('reply')
      .select(['text', 'state'])
      .where('id', '=', said.id)
      .executeTakeFirst()
    expect(reply).toEqual(
      messages === 'keep' ? { text: 'An answer', state: 'shown' } : { text: null, state: 'withdrawn' },
    )
    const gone = await store.db.selectFrom('classroom').select('id').where('id', '=', alone.id).execute()
    expect(gone).toEqual([])
  }
})
