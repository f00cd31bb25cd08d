import { spawnSync } from 'node:child_process'
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { createServer as createPlain, request, type IncomingMessage, type ServerResponse } from 'node:http'
import { createServer } from 'node:https'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { createOneTimeLink } from '../../../../server/accounts/one-time-links.ts'
import { PROBE_HEADER } from '../../../../server/ops/doctor/probe.ts'
import { type Backend, createBackend } from '../../../support/backend.ts'
import { findFreePort } from '../../../support/free-port.ts'
import { type ApiServer, createApiServer } from '../../http/api-server.ts'
import { admin, settingsOf } from '../admin/run-admin.ts'

/* The whole command, against a server that runs. */

let backend: Backend
let server: ApiServer
let folder: string
beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'chatbox-doctor-'))
  backend = await createBackend()
  server = await createApiServer(backend.store, { chosen: { registration: 'open' } })
  const { userId } = await server.join('operator.one')
  const row = { user_id: userId, seq: 9_000, role: 'operator', suspended_at: null, suspended_for: null } as const
  await backend.store.db.insertInto('standing').values(row).execute()
})
afterAll(async () => {
  await server.close()
  await backend.dispose()
  rmSync(folder, { recursive: true })
})

interface Finding {
  name: string
  status: string
  sentence: string
}

async function run(env: Record<string, string>): Promise<{ code: number; looks: Finding[] }> {
  const end = await admin({ ...settingsOf(backend), PORT: String(server.port), ...env }, ['doctor', '--json'])
  expect(end.error).toBe('')
  const { ok, looks } = end.json() as { ok: boolean; looks: Finding[] }
  expect(ok).toBe(end.code === 0)
  return { code: end.code, looks }
}
const of = (looks: readonly Finding[], name: string) =>
  looks.filter((look) => look.name === name).map(({ status, sentence }) => `${status} ${sentence}`)

test('a server that is well has nothing failed, and no probe stays behind', async () => {
  const { code, looks } = await run({})
  expect(looks.filter(({ status }) => status === 'fail')).toEqual([])
  expect(code).toBe(0)
  const names = ['settings', 'database', 'redis', 'disk', 'clock', 'proxy', 'https', 'mail', 'backups']
  expect([...new Set(looks.map(({ name }) => name))]).toEqual(names)
  expect(of(looks, 'proxy')).toEqual([
    `ok The server answers at http://127.0.0.1:${server.port}, with no proxy between.`,
  ])
  expect(await backend.store.db.selectFrom('one_time_link').selectAll().where('kind', '=', 'probe').execute()).toEqual(
    [],
  )
})

test('people read a line each, with what to do under it', async () => {
  const end = await admin({ ...settingsOf(backend), PORT: String(server.port), LIMITS: 'off' }, ['doctor'])
  expect([end.code, end.out]).toEqual([
    0,
    expect.stringMatching(/^WARNING settings: LIMITS is off.*\n {8}Leave LIMITS out\.\n/),
  ])
  expect(end.out).toMatch(/^ok {6}proxy: /m)
})

/** Hands requests on as proxies do, well or badly. */
function handOn(headers: (request: IncomingMessage) => Record<string, string>, drops: readonly string[] = []) {
  return (incoming: IncomingMessage, response: ServerResponse) => {
    const kept = Object.fromEntries(Object.entries(incoming.headers).filter(([name]) => !drops.includes(name)))
    const options = {
      port: server.port,
      host: '127.0.0.1',
      path: incoming.url,
      headers: { ...kept, ...headers(incoming) },
    }
    const onward = request(options, (answer) => {
      response.writeHead(answer.statusCode ?? 500, { ...answer.headers, 'strict-transport-security': 'max-age=1' })
      answer.pipe(response)
    })
    onward.end()
  }
}

const listen = (listener: { listen(port: number, host: string, then: () => void): unknown }, port: number) =>
  new Promise<void>((listening) => void listener.listen(port, '127.0.0.1', listening))

test('a proxy that says nothing of its clients is found', async () => {
  const port = await findFreePort()
  const proxy = createPlain(handOn(() => ({}), ['x-forwarded-for']))
  await listen(proxy, port)
  const { code, looks } = await run({ PUBLIC_URL: `http://localhost:${port}` })
  proxy.close()
  expect([code, of(looks, 'proxy')]).toEqual([
    1,
    [expect.stringMatching(/^fail The proxy does not say whose a request is/)],
  ])
})

test('behind https all is well, and a certificate that nobody trusts or plain http that leads nowhere is found', async () => {
  const [key, cert] = [join(folder, 'key.pem'), join(folder, 'cert.pem')]
  const subject = ['-subj', '/CN=localhost', '-addext', 'subjectAltName=DNS:localhost']
  const made = [
    'req',
    '-x509',
    '-newkey',
    'ec',
    '-pkeyopt',
    'ec_paramgen_curve:P-256',
    '-nodes',
    '-days',
    '90',
    ...subject,
  ]
  expect(spawnSync('openssl', [...made, '-keyout', key, '-out', cert]).status).toBe(0)
  const [port, httpPort] = [await findFreePort(), await findFreePort()]
  const told = handOn(() => ({ 'x-forwarded-for': '203.0.113.7, 127.0.0.1', 'x-forwarded-proto': 'https' }))
  const secure = createServer({ key: readFileSync(key), cert: readFileSync(cert) }, told)
  await listen(secure, port)
  const led = createPlain((_, response) => response.writeHead(301, { location: `https://localhost:${port}/` }).end())
  await listen(led, httpPort)
  const env = { HTTPS: 'localhost', HTTPS_PORT: String(port), HTTP_PORT: String(httpPort), ACME_CA: cert }
  const well = await run(env)
  expect(of(well.looks, 'proxy')).toEqual([
    expect.stringMatching(/^ok Through https:\/\/localhost:\d+ the server sees/),
  ])
  expect(of(well.looks, 'https')).toEqual([
    expect.stringMatching(/^ok The certificate of localhost:\d+ holds until/),
    'ok Browsers that were here come over https alone.',
    'ok Plain http leads to https.',
  ])
  expect(well.code).toBe(0)
  led.close()
  const open = createPlain((_, response) => response.end('Hello'))
  await listen(open, httpPort)
  expect(of((await run(env)).looks, 'https').at(-1)).toMatch(/^fail http:\/\/localhost:\d+ answers without https/)
  open.close()
  const untrusted = await run({ PUBLIC_URL: `https://localhost:${port}` })
  secure.close()
  expect(untrusted.code).toBe(1)
  expect(of(untrusted.looks, 'https')).toEqual([
    expect.stringMatching(/^fail Browsers do not take .*\(DEPTH_ZERO_SELF_SIGNED_CERT\)/),
  ])
  expect(of(untrusted.looks, 'proxy')).toEqual([expect.stringMatching(/^fail No server of this database answers/)])
})

test('a probe answers whoever has its token, once, and nobody else', async () => {
  const token = await createOneTimeLink(backend.store.db, 'probe', null, Date.now())
  const ask = (sent: string) =>
    server.call('GET', '/api/probe', { headers: { [PROBE_HEADER]: sent, 'x-forwarded-for': '8.8.8.8' } })
  expect((await ask('A'.repeat(43))).status).toBe(404)
  expect((await ask(await createOneTimeLink(backend.store.db, 'claim', null, Date.now()))).status).toBe(404)
  const answer = {
    address: '8.8.8.8',
    peer: expect.stringContaining('127.0.0.1'),
    forwardedFor: '8.8.8.8',
    forwardedProto: null,
    isEncrypted: false,
  }
  expect(await ask(token)).toMatchObject({ status: 200, body: answer })
  expect((await ask(token)).status).toBe(404)
  const late = await createOneTimeLink(backend.store.db, 'probe', null, Date.now() - 61_000)
  expect((await ask(late)).status).toBe(404)
  expect((await server.call('GET', '/api/probe')).status).toBe(404)
})

test('where no database answers that is said, with all that can be said without one', async () => {
  const end = await admin({ DATA_DIR: join(folder, 'nowhere'), PORT: '1' }, ['doctor', '--json'])
  const { looks } = end.json() as { looks: Finding[] }
  expect(end.code).toBe(1)
  expect(of(looks, 'database')).toEqual([expect.stringMatching(/^fail There is no ChatBox in .*nowhere/)])
  expect(of(looks, 'proxy')).toEqual(['skipped Not looked at: that needs a database of this version that answers.'])
  const away = await admin({ DATA_DIR: folder, DATABASE_URL: `mysql://u:secret@127.0.0.1:${await findFreePort()}/x` }, [
    'doctor',
  ])
  expect([away.code, away.out]).toEqual([
    1,
    expect.stringMatching(/FAILED {2}database: The database did not let us in \(ECONNREFUSED\)/),
  ])
  expect(away.out).not.toContain('secret')
})

test('of a database of another version only that is said', async () => {
  const older = await createBackend()
  const [last = ''] = (await older.store.listSteps()).slice(-1)
  await older.store.db
    .deleteFrom('kysely_migration' as 'log')
    .where('name' as 'id', '=', last)
    .execute()
  const end = await admin({ ...settingsOf(older), PORT: String(server.port) }, ['doctor', '--json'])
  const { looks } = end.json() as { looks: Finding[] }
  expect([end.code, of(looks, 'database')[0]]).toEqual([0, expect.stringMatching(/^warn 1 steps of this version/)])
  expect(of(looks, 'proxy')).toEqual([expect.stringMatching(/^skipped Not looked at/)])
  await older.dispose()
})

test('a file that is no database is said', async () => {
  const dataDir = mkdtempSync(join(tmpdir(), 'chatbox-doctor-'))
  writeFileSync(join(dataDir, 'chatbox.sqlite'), 'not a database'.repeat(1_000))
  const end = await admin({ DATA_DIR: dataDir, PORT: '1' }, ['doctor', '--json'])
  const { looks } = end.json() as { looks: Finding[] }
  expect([end.code, of(looks, 'database')]).toEqual([1, [expect.stringMatching(/^fail .*not a database/)]])
  rmSync(dataDir, { recursive: true })
})
