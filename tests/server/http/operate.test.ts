import { uuidv7 } from 'uuidv7'
import * as v from 'valibot'
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest'
import { SERVER_ID } from '../../../server/commands/roles.ts'
import { listAudit } from '../../../server/audit/list-audit.ts'
import { pruneReports } from '../../../server/operate/reports.ts'
import {
  auditAnswer,
  operateConversationsAnswer,
  operatePeopleAnswer,
  operatePersonAnswer,
  overviewAnswer,
  reportsAnswer,
  settingsAnswer,
} from '../../../shared/operate/http.ts'
import { EVERYONE_ID, type Role } from '../../../shared/protocol/fields.ts'
import { type Backend, createBackend } from '../../support/backend.ts'
import { createDirect, hide, remove, send } from '../../support/campus.ts'
import { openLimits, type OpenLimits } from '../limits/open-limits.ts'
import { type ApiServer, codeOf, createApiServer } from './api-server.ts'

/* What operators and moderators ask over HTTP, and what others get who ask the same. */

interface Somebody {
  userId: string
  sessionId: string
  cookie: string
}

let backend: Backend
let server: ApiServer
let opened: OpenLimits
let olga: Somebody
let mo: Somebody
let ann: Somebody
let ben: Somebody
let group: string
beforeAll(async () => {
  backend = await createBackend()
  opened = await openLimits(backend)
  server = await createApiServer(backend.store, { namedLimits: opened.limits })
  olga = await server.join('olga')
  mo = await server.join('moe')
  ann = await server.join('ann')
  ben = await server.join('ben')
  const role = (userId: string, as: Role) => ({ type: 'role.set', id: uuidv7(), userId, role: as }) as const
  await server.campus.accept(SERVER_ID, role(olga.userId, 'operator'), role(mo.userId, 'moderator'))
  group = await server.campus.group(ann.userId, ben.userId)
})
beforeEach(async () => {
  await backend.store.db.deleteFrom('report').execute()
  await backend.store.db.deleteFrom('setting_value').execute()
})
afterAll(async () => {
  await server.close()
  await opened.close()
  await backend.dispose()
})

const get = (who: Somebody, path: string) => server.call('GET', `/api/operate/${path}`, { cookie: who.cookie })
const post = (who: Somebody, path: string, body: unknown) => server.call('POST', path, { cookie: who.cookie, body })

async function say(who: Somebody, text: string, conversationId = group): Promise<string> {
  const message = send(conversationId, text)
  await server.campus.accept(who.userId, message)
  return message.id
}
const reportMessage = (who: Somebody, messageId: string, reason = 'An insult', conversationId = group) =>
  post(who, '/api/reports', { subject: { kind: 'message', conversationId, messageId }, reason })
const listReports = async (who: Somebody) => v.parse(reportsAnswer, (await get(who, 'reports')).body)

test('what is reported is there once, however many report it, with what stands around it as they see it', async () => {
  const cid = await server.join(`cid-${uuidv7().slice(-6)}`)
  const all = await server.campus.group(ann.userId, ben.userId, cid.userId)
  for (let index = 0; index < 8; index += 1) await say(ann, `before ${index}`, all)
  const hidden = await say(ann, 'deleted for oneself', all)
  const bad = await say(ann, 'You fool', all)
  await say(ben, 'Please stop', all)
  await server.campus.accept(ben.userId, hide(all, hidden))
  expect((await reportMessage(cid, bad, 'Mean', all)).status).toBe(204)
  expect((await reportMessage(ben, bad, 'Insult', all)).status).toBe(204)
  expect((await reportMessage(ben, bad, 'An insult', all)).status).toBe(204)
  const { open, things, people } = await listReports(mo)
  expect([open, things.length]).toEqual([2, 1])
  expect(things[0]).toMatchObject({ kind: 'message', subjectId: bad, placeId: all, personId: ann.userId, count: 2 })
  expect(things[0]?.reports.map(({ reporterId, reason }) => [reporterId, reason])).toEqual([
    [ben.userId, 'An insult'],
    [cid.userId, 'Mean'],
  ])
  expect(things[0]?.context.map(({ text, isSubject }) => [text, isSubject])).toEqual([
    ...[4, 5, 6, 7].map((index) => [`before ${index}`, false]),
    ['You fool', true],
    ['Please stop', false],
  ])
  expect(people.map(({ id }) => id).sort()).toEqual([ann.userId, ben.userId, cid.userId].sort())
})

test('what was reported stays to be seen when its author deletes it, and goes when the report is closed', async () => {
  const bad = await say(ann, 'You fool')
  await reportMessage(ben, bad)
  await server.campus.accept(ann.userId, remove(group, bad))
  expect((await listReports(mo)).things[0]?.context.find(({ isSubject }) => isSubject)?.text).toBe('You fool')
  const close = { kind: 'message', subjectId: bad, outcome: 'taken-away' }
  expect((await post(mo, '/api/operate/reports/close', close)).status).toBe(204)
  expect(await listReports(mo)).toMatchObject({ open: 0, things: [] })
  expect(JSON.stringify(await backend.store.db.selectFrom('report').selectAll().execute())).not.toContain('fool')
  const [act] = await listAudit(backend.store.db, null, 1)
  expect(act).toMatchObject({ act: 'report.close', actorId: mo.userId, detail: { outcome: 'taken-away', reports: 1 } })
  expect(codeOf(await post(mo, '/api/operate/reports/close', close))).toBe('not_found')
})

test('a person can be reported, and of both is told who reported whom', async () => {
  await post(ben, '/api/reports', {
    subject: { kind: 'person', userId: ann.userId },
    reason: 'Pretends to be a teacher',
  })
  const { things } = await listReports(mo)
  expect(things[0]).toMatchObject({ kind: 'person', subjectId: ann.userId, personId: ann.userId, context: [] })
  const person = v.parse(operatePersonAnswer, (await get(mo, `people/${ann.userId}`)).body)
  expect(person).toMatchObject({ openReports: 1, groups: expect.any(Number) as number })
})

const unreportable: [string, () => Promise<[Somebody, unknown]>, string][] = [
  ['of a conversation that one is not in', async () => [mo, await messageOf(ann)], 'not_a_member'],
  [
    'that is not there',
    async () => [ben, { kind: 'message', conversationId: group, messageId: uuidv7() }],
    'not_found',
  ],
  [
    'under another conversation',
    async () => [ben, { ...(await messageOf(ann)), conversationId: EVERYONE_ID }],
    'not_found',
  ],
  ['of oneself', async () => [ann, await messageOf(ann)], 'not_yourself'],
]
const messageOf = async (who: Somebody) => ({
  ...{ kind: 'message', conversationId: group, messageId: await say(who, 'Hello') },
})
test.each(unreportable)('a message cannot be reported %s', async (_, make, code) => {
  const [who, subject] = await make()
  expect(codeOf(await post(who, '/api/reports', { subject, reason: 'x' }))).toBe(code)
  expect((await listReports(mo)).open).toBe(0)
})

test('nobody reports without a reason, themselves, nobody, or again and again all day', async () => {
  const subject = { kind: 'person', userId: ann.userId }
  expect(codeOf(await post(ben, '/api/reports', { subject, reason: ' \n ' }))).toBe('bad_request')
  expect(codeOf(await post(ann, '/api/reports', { subject, reason: 'x' }))).toBe('not_yourself')
  const nobody = { subject: { kind: 'person', userId: uuidv7() }, reason: 'x' }
  expect(codeOf(await post(ben, '/api/reports', nobody))).toBe('not_found')
  const codes = new Set<unknown>()
  for (let index = 0; index < 60; index += 1)
    codes.add(codeOf(await post(mo, '/api/reports', { subject, reason: 'x' })))
  expect(codes).toContain('too_many_tries')
})

test('10,000 reports are pages, of which each costs the same', async () => {
  const { store } = backend
  const rows = Array.from({ length: 10_000 }, (_, index) => ({
    ...{ id: uuidv7(), at: index, reporter_id: uuidv7(), kind: 'person' as const, reason: `Reason ${index}` },
    ...{ subject_id: index < 9_000 ? ann.userId : uuidv7(), place_id: null, person_id: ann.userId, context: '[]' },
    ...{ closed_at: null, closed_by: null, outcome: null },
  }))
  for (let at = 0; at < rows.length; at += 500) await store.upsert(store.db, 'report', ['id'], rows.slice(at, at + 500))
  const seen = new Set<string>()
  let next: string | null = ''
  let pages = 0
  while (next !== null) {
    const answer = await get(mo, `reports${next === '' ? '' : `?after=${next}`}`)
    const page = v.parse(reportsAnswer, answer.body)
    expect(page.open).toBe(10_000)
    expect(answer.content.length).toBeLessThan(40_000)
    for (const { subjectId } of page.things) seen.add(subjectId)
    next = page.next
    pages += 1
  }
  expect([seen.size, pages]).toEqual([1_001, 51])
  expect(codeOf(await get(mo, 'reports?after=nonsense'))).toBe('bad_request')
})

test('closed reports are kept for a while, and open ones until somebody looked', async () => {
  const [one, other] = [await say(ann, 'One'), await say(ann, 'Two')]
  await reportMessage(ben, one)
  await reportMessage(ben, other)
  await post(mo, '/api/operate/reports/close', { kind: 'message', subjectId: one, outcome: 'dismissed' })
  await pruneReports(backend.store, Date.now() + 1)
  expect((await backend.store.db.selectFrom('report').select('subject_id').execute()).length).toBe(1)
  expect((await listReports(mo)).things[0]?.subjectId).toBe(other)
})

test('people are found by name with their standing, and those with a role or suspended by that', async () => {
  const found = v.parse(operatePeopleAnswer, (await get(mo, 'people?words=olg')).body)
  expect(found.people.map(({ handle, role }) => [handle, role])).toEqual([['olga', 'operator']])
  const roles = v.parse(operatePeopleAnswer, (await get(mo, 'people?only=roles')).body)
  expect(roles.people.map(({ handle }) => handle).sort()).toEqual(['moe', 'olga'])
  expect(codeOf(await get(mo, 'people?after=nonsense'))).toBe('bad_request')
})

test('all sessions of somebody end at once, but nobody’s own, nor an operator’s by a moderator', async () => {
  const eve = await server.join(`eve-${uuidv7().slice(-6)}`)
  const end = (who: Somebody, whose: string) =>
    server.call('DELETE', `/api/operate/people/${whose}/sessions`, { cookie: who.cookie })
  expect(codeOf(await end(mo, olga.userId))).toBe('forbidden')
  expect(codeOf(await end(mo, mo.userId))).toBe('not_yourself')
  expect(codeOf(await end(mo, 'nobody'))).toBe('not_found')
  expect((await end(mo, eve.userId)).status).toBe(204)
  expect(codeOf(await server.call('GET', '/api/me', { cookie: eve.cookie }))).toBe('not_signed_in')
  const [act] = await listAudit(backend.store.db, null, 1)
  expect(act).toMatchObject({ act: 'person.end-sessions', subjectId: eve.userId, detail: { sessions: 1 } })
})

test('Everyone and groups are listed with who may write there; direct conversations are not', async () => {
  await server.campus.accept(ann.userId, createDirect(ann.userId, ben.userId))
  const { conversations } = v.parse(operateConversationsAnswer, (await get(mo, 'conversations')).body)
  expect(conversations[0]).toMatchObject({ id: EVERYONE_ID, kind: 'everyone', posting: 'everybody', slowSeconds: 0 })
  expect(conversations.map(({ kind }) => kind)).not.toContain('direct')
  expect(conversations.find(({ id }) => id === group)).toMatchObject({ members: 2, creatorId: ann.userId })
})

test('an operator changes a setting, which is a row of the audit log that only operators read', async () => {
  const change = (who: Somebody, name: string, value: unknown) => post(who, '/api/operate/settings', { name, value })
  expect((await change(olga, 'contact', 'room 12')).status).toBe(204)
  const { settings } = v.parse(settingsAnswer, (await get(olga, 'settings')).body)
  expect(settings.find(({ name }) => name === 'contact')).toMatchObject({ value: 'room 12', isChosen: true })
  expect(codeOf(await change(olga, 'registration', 'sometimes'))).toBe('bad_request')
  expect(codeOf(await change(olga, 'no-such-setting', 1))).toBe('bad_request')
  expect((await change(olga, 'contact', null)).status).toBe(204)
  const audit = v.parse(auditAnswer, (await get(olga, 'audit')).body)
  expect(audit.rows.slice(0, 2).map(({ act, detail }) => [act, detail])).toEqual([
    ['setting.change', { before: 'room 12', after: null }],
    ['setting.change', { before: null, after: 'room 12' }],
  ])
  expect(audit.people.map(({ handle }) => handle)).toContain('olga')
})

test('how it is and what it is set to, an operator reads without any secret', async () => {
  const found = v.parse(overviewAnswer, (await get(olga, 'overview')).body)
  expect(found).toMatchObject({ isHealthy: true, people: expect.any(Number) as number })
  expect(found.people).toBeGreaterThanOrEqual(4)
})

const forOperators = ['audit', 'settings', 'overview']
const forModerators = ['reports', 'people', `people/${uuidv7()}`, 'conversations']
test('a moderator reads what is theirs, and nothing of the rest; a member nothing at all; a stranger even less', async () => {
  for (const path of [...forOperators, ...forModerators]) {
    expect([path, codeOf(await get(ann, path))]).toEqual([path, 'forbidden'])
    expect([path, codeOf(await server.call('GET', `/api/operate/${path}`))]).toEqual([path, 'not_signed_in'])
  }
  for (const path of forOperators) expect([path, codeOf(await get(mo, path))]).toEqual([path, 'forbidden'])
  for (const path of forModerators) expect([path, codeOf(await get(mo, path))]).not.toEqual([path, 'forbidden'])
})
