import { readFileSync } from 'node:fs'
import { resolve } from 'node:path'
import { uuidv7 } from 'uuidv7'
import { afterAll, beforeAll, expect, test, vi } from 'vitest'
import { listAudit } from '../../../../server/audit/list-audit.ts'
import { reportQuestion } from '../../../../server/classroom/report-question.ts'
import { COMMANDS } from '../../../../server/ops/admin/commands.ts'
import { EVERYONE_ID } from '../../../../shared/protocol/fields.ts'
import { type Backend, createBackend } from '../../../support/backend.ts'
import * as c from '../../../support/campus.ts'
import { ask, createTestClassroom } from '../../../support/classroom.ts'
import { PASSWORD } from '../../accounts/open-accounts.ts'
import { type ApiServer, codeOf, createApiServer } from '../../http/api-server.ts'
import { admin, settingsOf } from './run-admin.ts'

/* Everything that operators do in the app they do at the server too, while servers run beside it. */

let backend: Backend
let server: ApiServer
beforeAll(async () => {
  backend = await createBackend()
  server = await createApiServer(backend.store, { chosen: { registration: 'open' } })
})
afterAll(async () => {
  await server.close()
  await backend.dispose()
})

type Somebody = Awaited<ReturnType<ApiServer['join']>> & { handle: string }
let joined = 0
async function join(): Promise<Somebody> {
  const handle = `somebody${(joined += 1)}`
  return { ...(await server.join(handle)), handle }
}

/** Runs a command, and resolves with what `--json` printed; its code has to be this one. */
async function run(typed: string, code = 0): Promise<Record<string, unknown>> {
  const words = typed.split(' ').map((word) => word.replaceAll('_', ' '))
  const end = await admin(settingsOf(backend), [...words, '--json'])
  expect([end.code, end.error]).toEqual([code, ''])
  return end.json() as Record<string, unknown>
}
const refusalOf = async (typed: string) => ((await run(typed, 1)).error as { code: string }).code
/** What people read, without `--json`. */
const say = async (typed: string) => (await admin(settingsOf(backend), typed.split(' '))).out
const lastAct = async () => (await listAudit(backend.store.db, null, 1))[0]

test('operators are made, listed and made members again, and the last one stays', async () => {
  const [ann, ben] = [await join(), await join()]
  const claim = await run('operator claim-link')
  expect(claim.link).toMatch(/^http:\/\/localhost:8080\/#claim=[\w-]{20,}$/)
  await run(`operator add @${ann.handle}`)
  expect(await lastAct()).toMatchObject({
    act: 'role.change',
    actorId: null,
    via: 'command-line',
    subjectId: ann.userId,
  })
  expect(await refusalOf('operator claim-link')).toBe('has_operator')
  expect(await refusalOf(`operator remove ${ann.handle}`)).toBe('last_operator')
  await run(`operator add ${ben.handle}`)
  await run(`users role ${ann.handle} moderator`)
  const { people } = await run('operator list')
  expect(people).toEqual(
    expect.arrayContaining([
      expect.objectContaining({ id: ann.userId, role: 'moderator' }),
      expect.objectContaining({ id: ben.userId, role: 'operator' }),
    ]),
  )
  expect(await say('operator list')).toContain(`@${ben.handle}  ${ben.handle}, operator\n`)
  await run(`operator remove ${ann.handle}`)
  expect(await refusalOf(`users role ${ann.handle} king`)).toBe('bad_request')
  expect(await refusalOf('operator add nobody.here')).toBe('not_found')
})

test('an account is suspended with a reason that its person reads, and restored', async () => {
  const ann = await join()
  expect(await refusalOf(`users suspend ${ann.handle}`)).toBe('bad_request')
  await run(`users suspend ${ann.handle} --for Spam_in_a_group`)
  await vi.waitFor(async () => {
    const answer = await server.call('GET', '/api/me', { cookie: ann.cookie })
    expect([answer.status, JSON.stringify(answer.body)]).toEqual([403, expect.stringContaining('Spam in a group.')])
  })
  expect(await run('users list --only suspended')).toMatchObject({ total: 1, people: [{ id: ann.userId }] })
  expect(await say(`users show ${ann.handle}`)).toContain('Spam in a group')
  await run(`users restore ${ann.handle}`)
  expect(await run('users list --only suspended')).toMatchObject({ total: 0, people: [] })
  expect(await lastAct()).toMatchObject({ act: 'person.restore', actorId: null })
  expect(await refusalOf('users list --only some')).toBe('bad_request')
})

test('people are found by what they are called, and their sessions listed and ended', async () => {
  const ann = await join()
  expect(await run(`users list --words ${ann.handle}`)).toMatchObject({ people: [{ id: ann.userId, role: 'member' }] })
  await server.call('POST', '/api/sign-in', { body: { handle: ann.handle, password: PASSWORD } })
  const { sessions } = (await run(`sessions list ${ann.handle}`)) as { sessions: { id: string }[] }
  expect(sessions).toHaveLength(2)
  expect(await run(`sessions end ${ann.handle} --session ${sessions[0]?.id}`)).toEqual({ ended: [sessions[0]?.id] })
  expect(await refusalOf(`sessions end ${ann.handle} --session ${sessions[0]?.id}`)).toBe('not_found')
  const other = await join()
  expect(await refusalOf(`sessions end ${other.handle} --session ${sessions[1]?.id}`)).toBe('not_found')
  expect(await run(`sessions end ${ann.handle}`)).toEqual({ ended: [sessions[1]?.id] })
  expect(await lastAct()).toMatchObject({ act: 'person.end-sessions', subjectId: ann.userId })
  expect(await run(`sessions list ${ann.handle}`)).toEqual({ sessions: [] })
})

test('a link lets somebody choose another password', async () => {
  const ann = await join()
  const { link } = (await run(`users reset-link ${ann.handle}`)) as { link: string }
  const token = /#reset=(.*)$/.exec(link)?.[1] ?? ''
  const reset = await server.call('POST', '/api/reset', { body: { token, password: 'another horse' } })
  expect(reset.status).toBe(200)
  expect(await lastAct()).toMatchObject({ act: 'person.reset-link', actorId: null })
})

test('an account is deleted with what it wrote or without, and the act is kept', async () => {
  const [ann, ben] = [await join(), await join()]
  const group = await server.campus.group(ann.userId, ben.userId)
  const said = c.send(group, 'Words of mine')
  await server.campus.accept(ann.userId, said)
  expect(await refusalOf(`users delete ${ann.handle} perhaps`)).toBe('bad_request')
  await run(`users delete ${ann.handle} remove`)
  const { db } = backend.store
  expect(await db.selectFrom('message').select('text').where('id', '=', said.id).executeTakeFirst()).toEqual({
    text: null,
  })
  const left = await db.selectFrom('conversation').select('creator_id').where('id', '=', group).executeTakeFirst()
  expect(left).toEqual({ creator_id: ben.userId })
  expect(await lastAct()).toMatchObject({ act: 'person.delete', subjectId: ann.userId, detail: { messages: 'remove' } })
  expect(await refusalOf(`users show ${ann.handle}`)).toBe('not_found')
})

test('invitations are made, listed and withdrawn', async () => {
  const { id, link } = await run('invitations create --uses 3 --days 2 --note The_first_years')
  expect(link).toMatch(/#invite=[\w-]{20,}$/)
  expect(await run('invitations list')).toMatchObject({
    invitations: [{ id, note: 'The first years', usesMax: 3, uses: 0, createdBy: null, withdrawnAt: null }],
  })
  expect(await say('invitations list')).toMatch(/0 of 3 used, until \d{4}-\d\d-\d\d \d\d:\d\d {2}The first years/)
  await run(`invitations withdraw ${String(id)}`)
  expect(await refusalOf(`invitations withdraw ${String(id)}`)).toBe('not_found')
  expect(await lastAct()).toMatchObject({ act: 'invitation.withdraw' })
  expect(await refusalOf('invitations create --uses 0')).toBe('bad_request')
  expect(await refusalOf('invitations create --uses 10001')).toBe('bad_request')
  expect(await refusalOf('invitations create --days soon')).toBe('bad_request')
})

test('settings are listed, changed and taken back, with an act each, and what is none of their values is refused', async () => {
  expect(await run('settings set registration closed')).toEqual({ name: 'registration', value: 'closed' })
  expect(await lastAct()).toMatchObject({ act: 'setting.change', subjectId: 'registration' })
  expect(await run('settings set registrationDomains example.edu,_cs.example.edu')).toEqual({
    name: 'registrationDomains',
    value: ['example.edu', 'cs.example.edu'],
  })
  expect(await refusalOf('settings set registration sometimes')).toBe('bad_request')
  expect(await refusalOf('settings set registrationDomains evil')).toBe('bad_request')
  expect(await refusalOf('settings set colour blue')).toBe('not_found')
  expect(await run('settings reset registration')).toEqual({ name: 'registration', value: 'open' })
  await run('settings reset registrationDomains')
  const { settings } = (await run('settings list')) as { settings: { name: string; isChosen: boolean }[] }
  expect(settings.filter(({ isChosen }) => isChosen)).toEqual([])
})

test('who may write where is decided', async () => {
  await run(`conversations govern ${EVERYONE_ID} --posting moderators --slow 30`)
  const { conversations } = (await run('conversations list')) as { conversations: object[] }
  expect(conversations).toContainEqual(
    expect.objectContaining({ id: EVERYONE_ID, posting: 'moderators', slowSeconds: 30 }),
  )
  expect(await server.campus.codeOf((await join()).userId, c.send())).toBe('posting_closed')
  await run(`conversations govern ${EVERYONE_ID}`)
  expect(await refusalOf(`conversations govern ${EVERYONE_ID} --posting nobody`)).toBe('bad_request')
  expect(await refusalOf(`conversations govern ${EVERYONE_ID} --slow=-1`)).toBe('bad_request')
  expect(await refusalOf(`conversations govern ${uuidv7()}`)).toBe('not_found')
})

test('what is reported is listed, dismissed and taken away', async () => {
  const [ann, ben] = [await join(), await join()]
  const group = await server.campus.group(ann.userId, ben.userId)
  const [bad, fine] = [c.send(group, 'You fool'), c.send(group, 'Good day')]
  await server.campus.accept(ann.userId, bad, fine)
  const report = (messageId: string) =>
    server.call('POST', '/api/reports', {
      cookie: ben.cookie,
      body: { subject: { kind: 'message', conversationId: group, messageId }, reason: 'An insult' },
    })
  await report(bad.id)
  await report(fine.id)
  const room = await createTestClassroom({ store: backend.store })
  const asked = ask('You fools')
  await room.accept(asked.command)
  await reportQuestion(backend.store.db, room, { questionId: asked.id, reason: 'An insult' }, Date.now())
  expect(await run('reports list')).toMatchObject({ open: 3 })
  expect(await say('reports list')).toMatch(/question .*: 1 reports, first .*\n {4}says: An insult\n {2}> You fools/)
  expect(await refusalOf(`reports take-away message ${bad.id}`)).toBe('bad_request')
  await run(`reports take-away message ${bad.id} --for An_insult`)
  await run(`reports take-away question ${asked.id}`)
  await run(`reports dismiss message ${fine.id}`)
  expect(await run('reports list')).toMatchObject({ open: 0, things: [] })
  const { db } = backend.store
  const texts = await db.selectFrom('message').select(['id', 'text']).where('conversation_id', '=', group).execute()
  expect(Object.fromEntries(texts.map(({ id, text }) => [id, text]))).toEqual({ [bad.id]: null, [fine.id]: 'Good day' })
  expect((await room.row('question', asked.id)).state).toBe('dismissed')
  for (const wrong of [`dismiss message ${fine.id}`, `take-away question ${asked.id}`]) {
    expect(await refusalOf(`reports ${wrong}`)).toBe('not_found')
  }
  expect(await refusalOf(`reports take-away person ${ann.userId}`)).toBe('bad_request')
  expect(await refusalOf(`reports dismiss thing ${ann.userId}`)).toBe('bad_request')
})

test('acts are listed page by page', async () => {
  const { rows } = (await run('audit list')) as { rows: { n: number }[] }
  expect(rows.length).toBeGreaterThan(10)
  const [, second] = rows
  const earlier = (await run(`audit list --before ${rows[0]?.n}`)) as { rows: { n: number }[] }
  expect(earlier.rows[0]?.n).toBe(second?.n)
  expect(await say('audit list')).toContain('somebody at the server')
  expect(await refusalOf('audit list --before now')).toBe('bad_request')
})

test('none of it prints a secret, and each has a line of help and stands in the README', async () => {
  const ann = await join()
  const shown = [await say(`users show ${ann.handle}`), await say('users list'), await say('audit list')].join()
  const { db } = backend.store
  const secrets = [
    ...(await db.selectFrom('session').select('secret_hash as secret').execute()),
    ...(await db.selectFrom('credential').select('password_hash as secret').execute()),
    ...(await db.selectFrom('invitation').select('token_hash as secret').execute()),
  ]
  for (const { secret } of secrets) expect(shown).not.toContain(secret)
  for (const { summary, name } of COMMANDS) expect(`${name}: ${summary}`).toMatch(/^[a-z -]+: [A-Z].*\.$/)
  const readme = readFileSync(resolve(import.meta.dirname, '../../../../README.md'), 'utf8')
  expect(COMMANDS.filter(({ name }) => !readme.includes(`\`${name}`)).map(({ name }) => name)).toEqual([])
  expect(codeOf(await server.call('GET', '/api/me', { cookie: ann.cookie }))).toBeUndefined()
})
