import { sql } from 'kysely'
import { createConnection } from 'mysql2/promise'
import { type AddressInfo, connect, createServer } from 'node:net'
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { readConfig } from '../../../../server/config.ts'
import { type Ask, createAsk } from '../../../../server/ops/doctor/ask.ts'
import { examine } from '../../../../server/ops/doctor/doctor.ts'
import { type DoctorParts, fail, type Look, ok, type Verdict, warn } from '../../../../server/ops/doctor/look.ts'
import { backupsLook } from '../../../../server/ops/doctor/looks/backups.ts'
import { clockLook } from '../../../../server/ops/doctor/looks/clock.ts'
import { databaseLook } from '../../../../server/ops/doctor/looks/database.ts'
import { diskLook, judgeRoom } from '../../../../server/ops/doctor/looks/disk.ts'
import { httpsLook, judgeCertificate } from '../../../../server/ops/doctor/looks/https.ts'
import { mailLook } from '../../../../server/ops/doctor/looks/mail.ts'
import { judgeVariables } from '../../../../server/ops/doctor/looks/mysql.ts'
import { judgeArrival } from '../../../../server/ops/doctor/looks/proxy.ts'
import { redisLook } from '../../../../server/ops/doctor/looks/redis.ts'
import { settingsLook } from '../../../../server/ops/doctor/looks/settings.ts'
import { judgeFileSystem } from '../../../../server/ops/doctor/looks/sqlite.ts'
import { findAlike, KNOWN_SETTINGS } from '../../../../server/ops/doctor/setting-names.ts'
import { openSqlite } from '../../../../server/store/sqlite.ts'
import { type Backend, createBackend } from '../../../support/backend.ts'
import { createCampus } from '../../../support/campus.ts'
import { findFreePort } from '../../../support/free-port.ts'
import { settingsOf } from '../admin/run-admin.ts'

let backend: Backend
beforeAll(async () => {
  backend = await createBackend()
})
afterAll(() => backend.dispose())

type Env = Record<string, string>

function partsOf(env: Env = {}, changes: Partial<DoctorParts> = {}): DoctorParts {
  const all = { ...settingsOf(backend), ...env }
  const environment = Object.keys(env)
  const ask: Ask = async () => Promise.reject(new Error('nobody is asked'))
  return { config: readConfig(all), environment, store: backend.store, now: Date.now, ask, ...changes }
}

const statuses = (verdicts: readonly Verdict[]) => verdicts.map(({ status }) => status)
/** What was found wrong by a look, in one text. */
async function complain(look: Look, env: Env = {}, changes: Partial<DoctorParts> = {}): Promise<string> {
  const verdicts = await look.look(partsOf(env, changes))
  const bad = verdicts.filter(({ status }) => status === 'warn' || status === 'fail')
  return bad.map(({ status, sentence, advice }) => `${status}: ${sentence} ${advice}`).join('\n')
}

async function choose(name: string, value: unknown): Promise<() => Promise<unknown>> {
  const { db } = backend.store
  await db
    .insertInto('setting_value')
    .values({ name, value: JSON.stringify(value), changed_at: 1 })
    .execute()
  return () => db.deleteFrom('setting_value').where('name', '=', name).execute()
}

test('settings that contradict nothing are fine once somebody operates', async () => {
  expect(await complain(settingsLook)).toMatch(/^warn: Nobody operates this ChatBox yet\. .*operator claim-link/)
  const { store } = backend
  const userId = await createCampus({ store }).register('Ann')
  const row = { user_id: userId, seq: 9_000, role: 'operator', suspended_at: null, suspended_for: null } as const
  await store.db.insertInto('standing').values(row).execute()
  expect(statuses(await settingsLook.look(partsOf({ PATH: '/bin', HOME: '/root', HOSTNAME: 'x' })))).toEqual(['ok'])
})

const contradictions: [Env, RegExp][] = [
  [{ PUBLIC_URL: 'http://chat.uni.edu' }, /^fail: PUBLIC_URL is http:\/\/chat\.uni\.edu: passwords/],
  [{ PUBLIC_URL: 'http://8.8.8.8:8080' }, /^fail: PUBLIC_URL/],
  [{ PUBLIC_URL: 'https://chat.uni.edu', HOST: '0.0.0.0' }, /^warn: HOST is 0\.0\.0\.0/],
  [{ LIMITS: 'off' }, /^warn: LIMITS is off/],
  [{ METRICS_PORT: '9091', METRICS_HOST: '0.0.0.0' }, /^warn: Metrics are for everybody.* Set METRICS_TOKEN\.$/],
  [{ PUBLIC_ULR: 'x' }, /^warn: PUBLIC_ULR is set, and no setting is called so\. Call it PUBLIC_URL/],
]
test.each(contradictions)('%j is said', async (env, found) => {
  expect(await complain(settingsLook, env)).toMatch(found)
})

test.each(['http://localhost:8080', 'http://10.1.2.3', 'http://chat.lan', 'http://[fd00::1]'])(
  '%s is private',
  async (url) => {
    expect(await complain(settingsLook, { PUBLIC_URL: url })).toBe('')
  },
)

test('a way in that leads nowhere is said', async () => {
  const byMail = await choose('registration', 'email')
  expect(await complain(settingsLook)).toMatch(/^fail: Accounts are made with an e-mail address.* Set SMTP_URL/)
  expect(await complain(settingsLook, { SMTP_URL: 'smtp://localhost', MAIL_FROM: 'a@b.edu' })).toBe('')
  await byMail()
  const bySso = await choose('registration', 'sso')
  expect(await complain(settingsLook)).toMatch(/^fail: People are to come in through single sign-on/)
  await bySso()
})

test('every setting is known, and what is like one is not taken for another', () => {
  const source = readFileSync(resolve(import.meta.dirname, '../../../../server/config.ts'), 'utf8')
  const read = [...source.matchAll(/setting\('([A-Z_]+)'\)/g)].map(([, name = '']) => name)
  expect([...new Set(read)].sort()).toEqual([...KNOWN_SETTINGS].sort())
  const alike = {
    REDISURL: 'REDIS_URL',
    public_url: 'PUBLIC_URL',
    CHATBOX_PORT: 'PORT',
    FILE_URL: 'FILES_URL',
    PROT: undefined,
  }
  for (const [name, known] of Object.entries(alike)) expect([name, findAlike(name)]).toEqual([name, known])
  for (const name of ['PATH', 'HOME', 'HOSTNAME', 'HTTPS_PROXY', 'HTTP_PROXY', 'NODE_ENV', 'PORT']) {
    expect([name, findAlike(name)]).toEqual([name, undefined])
  }
})

test('the database answers, and a slow one is said', async () => {
  const verdicts = await databaseLook.look(partsOf())
  expect(verdicts.at(-1)?.status).toBe('ok')
  expect(verdicts.filter(({ status }) => status === 'fail')).toEqual([])
  let at = 0
  const slow = await complain(databaseLook, {}, { now: () => (at += 300) })
  expect(slow).toMatch(/warn: A small write takes 300 ms\./)
  // The MariaDB of the tests need not outlive the machine.
  expect(slow.includes('innodb_flush_log_at_trx_commit')).toBe(backend.kind === 'mysql')
})

test('steps that are missing, or of a newer version, are said', async () => {
  const store = { ...backend.store, listSteps: async () => (await backend.store.listSteps()).slice(0, -2) }
  expect(await complain(databaseLook, {}, { store })).toMatch(/warn: 2 steps .* Run "npm run migrate"/)
  const newer = { ...backend.store, listSteps: async () => [...(await backend.store.listSteps()), '9999-later'] }
  expect(await complain(databaseLook, {}, { store: newer })).toMatch(
    /^fail: A newer version has used this database \(it knows "9999-later"\)/,
  )
})

test('a database that takes nothing is said', async () => {
  const store = { ...backend.store, write: async () => Promise.reject(new Error('read only')) }
  expect(await complain(databaseLook, {}, { store })).toMatch(/fail: The database takes nothing that is written\./)
})

const FINE = {
  ...{ version: '10.11.6-MariaDB', innodb_flush_log_at_trx_commit: '1', sync_binlog: '1', log_bin: 'ON' },
  ...{ sql_mode: 'STRICT_ALL_TABLES', max_allowed_packet: '16777216', tx_isolation: 'REPEATABLE-READ' },
}
const variables: [Partial<typeof FINE> & { transaction_isolation?: string }, RegExp][] = [
  [{}, /^$/],
  [{ version: '8.4.2', transaction_isolation: 'REPEATABLE-READ', tx_isolation: '' }, /^$/],
  [{ sync_binlog: '0', log_bin: 'OFF' }, /^$/],
  [{ version: '10.6.1-MariaDB' }, /^fail The database is 10\.6\.1-MariaDB/],
  [{ version: '5.7.40' }, /^fail The database is 5\.7/],
  [{ innodb_flush_log_at_trx_commit: '2' }, /^warn innodb_flush/],
  [{ sync_binlog: '0' }, /^warn sync_binlog/],
  [{ sql_mode: '' }, /^fail sql_mode/],
  [{ max_allowed_packet: '1048576' }, /^fail max_allowed_packet/],
  [{ tx_isolation: 'READ-COMMITTED' }, /^fail Transactions are isolated as READ-COMMITTED/],
]
test.each(variables)('variables %j', (changes, found) => {
  const verdicts = judgeVariables(new Map(Object.entries({ ...FINE, ...changes })))
  expect(verdicts.map(({ status, sentence }) => `${status} ${sentence}`).join('\n')).toMatch(found)
})

test('a file system over which nothing can be locked is no place for SQLite', () => {
  expect(statuses(judgeFileSystem(0xef53))).toEqual([])
  expect(judgeFileSystem(0x6969)[0]?.sentence).toContain('NFS')
  expect(statuses([0xfe534d42, 0xfe534d42 | 0, 0x65735546].flatMap(judgeFileSystem))).toEqual(['fail', 'fail', 'warn'])
})

test('Redis answers, is away, or is missing where several machines share a database', async () => {
  const env = backend.redisUrl === undefined ? {} : { REDIS_URL: backend.redisUrl }
  expect(statuses(await redisLook.look(partsOf(env)))).toEqual(['ok'])
  const port = await findFreePort()
  expect(await complain(redisLook, { REDIS_URL: `redis://u:secret@127.0.0.1:${port}` })).toMatch(
    /^fail: Redis does not answer \((?!.*secret)/,
  )
  const withoutRedis = { config: { ...partsOf().config, redisUrl: undefined } }
  expect(await complain(redisLook, {}, withoutRedis)).toBe('')
  if (backend.redisUrl === undefined) return
  let at = 0
  expect(await complain(redisLook, env, { now: () => (at += 80) })).toMatch(/^warn: Redis takes 80 ms/)
})

test('that several machines use a database without Redis is said', async () => {
  if (backend.databaseUrl === undefined) return
  const { hostname: host, port, username: user, password, pathname } = new URL(backend.databaseUrl)
  const stream = () => connect({ host, port: Number(port), localAddress: '127.0.0.2' })
  const other = await createConnection({ user, password, database: pathname.slice(1), stream })
  const config = { ...partsOf().config, redisUrl: undefined }
  expect(await complain(redisLook, {}, { config })).toMatch(
    /^warn: 2 machines use the database, and REDIS_URL is not set/,
  )
  await other.end()
})

const PAGE_BYTES = 4096

test('a file of the embedded database that is damaged is said', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'chatbox-doctor-'))
  const whole = openSqlite(folder)
  await whole.migrate()
  const { rows } = await sql<{ rootpage: number }>`select rootpage from sqlite_master where name = 'message'`.execute(
    whole.db,
  )
  await whole.close()
  const path = join(folder, 'chatbox.sqlite')
  const bytes = readFileSync(path)
  const page = rows[0]?.rootpage ?? 0
  bytes.fill(0xff, (page - 1) * PAGE_BYTES, page * PAGE_BYTES)
  writeFileSync(path, bytes)
  const store = openSqlite(folder)
  expect(await complain(databaseLook, { DATA_DIR: folder }, { store })).toMatch(
    /^fail: The database \(main\) is damaged: .* Stop ChatBox/,
  )
  await store.close()
  rmSync(folder, { recursive: true })
})

test('a backup that is late, or missing, is said', async () => {
  expect(statuses(await backupsLook.look(partsOf()))).toEqual(['skipped'])
  expect(await complain(backupsLook, { PUBLIC_URL: 'https://chat.uni.edu' })).toMatch(/^warn: ChatBox takes no backups/)
  const folder = mkdtempSync(join(tmpdir(), 'chatbox-doctor-'))
  const env = { BACKUP_DIR: folder, BACKUP_EVERY: '24' }
  expect(await complain(backupsLook, env)).toMatch(/^warn: There is no backup in .* yet\./)
  const takenAt = Date.UTC(2026, 11, 1)
  for (const [name, at] of [['old', takenAt - 9e8] as const, ['new', takenAt] as const]) {
    mkdirSync(join(folder, name))
    const written = { bytes: 0, sha256: '', rows: 0 }
    const manifest = {
      format: 1,
      version: '1',
      steps: [],
      takenAt: at,
      store: 'sqlite',
      head: 1,
      tables: [],
      files: written,
    }
    writeFileSync(join(folder, name, 'manifest.json'), JSON.stringify(manifest))
  }
  const at = (hours: number) => ({ now: () => takenAt + hours * HOUR_MS })
  expect(await backupsLook.look(partsOf(env, at(25)))).toEqual([ok('The last backup, new, is 25 hours old.')])
  expect(await complain(backupsLook, env, at(40))).toMatch(/^warn: The last backup, new, is 40 hours old\. See why/)
  expect(await complain(backupsLook, env, at(80))).toMatch(/^fail: The last backup, new, is 80 hours old\./)
  const places = await diskLook.look(partsOf(env))
  expect(places.map(({ sentence }) => sentence.slice(0, 10))).toEqual([
    expect.stringContaining('DATA_DIR'),
    'BACKUP_DIR',
  ])
  rmSync(folder, { recursive: true })
})

test('disks are written to, and room that runs out is said', async () => {
  expect(statuses(await diskLook.look(partsOf()))).not.toContain('fail')
  const folder = mkdtempSync(join(tmpdir(), 'chatbox-doctor-'))
  writeFileSync(join(folder, 'file'), '')
  expect(await complain(diskLook, { DATA_DIR: join(folder, 'file') })).toMatch(
    /^fail: Nothing can be written to DATA_DIR, .*ENOTDIR/,
  )
  rmSync(folder, { recursive: true })
  const room = { bavail: 10e6, bsize: 4096, files: 1_000, ffree: 900 }
  expect(judgeRoom('It', room)).toMatchObject({
    status: 'ok',
    sentence: 'It has 41.0 GB free, and takes what is written.',
  })
  expect(judgeRoom('It', { ...room, bavail: 3e5 }).status).toBe('warn')
  expect(judgeRoom('It', { ...room, bavail: 1e4 })).toMatchObject({
    status: 'fail',
    sentence: expect.stringContaining('41 MB'),
  })
  expect(judgeRoom('It', { ...room, ffree: 9 })).toMatchObject({
    status: 'warn',
    sentence: expect.stringContaining('9 more files'),
  })
  expect(judgeRoom('It', { ...room, files: 0, ffree: 0 }).status).toBe('ok')
})

test('a clock that is off is said, whichever of them it is', async () => {
  const at =
    (offMs: number): Ask =>
    async () => ({ status: 200, headers: { date: new Date(Date.now() + offMs).toUTCString() }, body: '' })
  const env = { PUBLIC_URL: 'http://localhost' }
  expect(statuses(await clockLook.look(partsOf(env, { ask: at(0) })))).toEqual(
    backend.kind === 'mysql' ? ['ok', 'ok'] : ['ok'],
  )
  expect(await complain(clockLook, env, { ask: at(20_000) })).toMatch(
    /^warn: The clock of this machine is (?:19|20|21) s behind that of localhost\. Let both/,
  )
  expect(await complain(clockLook, env, { ask: at(-300_000) })).toMatch(/^fail: .* before that of localhost\./)
  const late = await complain(clockLook, {}, { now: () => Date.now() - 300_000 })
  expect(late).toMatch(backend.kind === 'mysql' ? /^fail: .* behind that of the database/ : /^$/)
})

const HTTPS = new URL('https://chat.example.edu')
const arrived = {
  address: '9.9.9.9',
  peer: '127.0.0.1',
  forwardedFor: '203.0.113.7, 9.9.9.9',
  forwardedProto: 'https',
  isEncrypted: false,
}
const arrivals: [string, Partial<typeof arrived> | { forwardedFor: null; forwardedProto: null }, URL, RegExp][] = [
  ['through a proxy that adds', {}, HTTPS, /^ok Through .* it saw 9\.9\.9\.9\.$/],
  [
    'over TLS of its own',
    { isEncrypted: true, forwardedFor: '203.0.113.7', peer: '9.9.9.9' },
    HTTPS,
    /^ok .* no proxy between/,
  ],
  ['on this machine', { forwardedFor: '203.0.113.7' }, new URL('http://localhost:8080'), /^ok .* no proxy between/],
  [
    'in the house',
    { forwardedFor: '203.0.113.7', peer: '10.0.0.3' },
    new URL('http://10.0.0.2:8080'),
    /^ok .* no proxy/,
  ],
  ['from a proxy elsewhere', { peer: '10.0.0.9' }, HTTPS, /^fail A proxy at 10\.0\.0\.9 .* is not believed/],
  [
    'without whose it is',
    { forwardedFor: null, forwardedProto: null },
    HTTPS,
    /^fail The proxy does not say whose .*\nwarn The proxy does not say that/,
  ],
  [
    'with what the client wrote',
    { forwardedFor: '203.0.113.7' },
    HTTPS,
    /^fail The proxy hands on the X-Forwarded-For that a client wrote/,
  ],
  ['without https', { forwardedProto: 'http' }, HTTPS, /^warn The proxy does not say that requests came over https/],
]
test.each(arrivals)('a request that came %s', (_, changes, url, found) => {
  const verdicts = judgeArrival(url, { ...arrived, ...changes })
  expect(verdicts.map(({ status, sentence }) => `${status} ${sentence}`).join('\n')).toMatch(found)
})

const DAY_MS = 24 * 60 * 60_000
const HOUR_MS = 60 * 60_000
const certificates: [days: number, left: number, refused: string | undefined, found: string][] = [
  [90 * DAY_MS, 40 * DAY_MS, undefined, 'ok'],
  [90 * DAY_MS, 13 * DAY_MS, undefined, 'warn'],
  [365 * DAY_MS, 13 * DAY_MS, undefined, 'warn'],
  [12 * HOUR_MS, 4 * HOUR_MS, undefined, 'ok'],
  [12 * HOUR_MS, HOUR_MS, undefined, 'warn'],
  [90 * DAY_MS, -1, 'CERT_HAS_EXPIRED', 'fail'],
  [90 * DAY_MS, 40 * DAY_MS, 'DEPTH_ZERO_SELF_SIGNED_CERT', 'fail'],
]
test.each(certificates)('a certificate of %i ms with %i left, refused for %s: %s', (lasts, left, refused, found) => {
  const now = Date.UTC(2026, 11, 1)
  expect(judgeCertificate(HTTPS, { from: now + left - lasts, to: now + left, refused }, now).status).toBe(found)
})

test('what speaks no TLS, and no website at all, is said', async () => {
  expect(statuses(await httpsLook.look(partsOf()))).toEqual(['skipped'])
  const port = await findFreePort()
  expect(await complain(httpsLook, { PUBLIC_URL: `https://localhost:${port}` })).toMatch(
    /^fail: .* does not speak TLS \(.*ECONNREFUSED/,
  )
})

test('the mail server lets us in, or is away', async () => {
  expect(statuses(await mailLook.look(partsOf()))).toEqual(['skipped'])
  const server = createServer((socket) => {
    socket.on('error', () => undefined)
    socket.write('220 mail\r\n')
    socket.on('data', () => socket.write('250 mail\r\n'))
  })
  await new Promise<void>((listening) => server.listen(0, '127.0.0.1', listening))
  const { port } = server.address() as AddressInfo
  const env = { SMTP_URL: `smtp://127.0.0.1:${port}?ignoreTLS=true`, MAIL_FROM: 'a@b.edu' }
  expect(statuses(await mailLook.look(partsOf(env)))).toEqual(['ok'])
  server.close()
  const away = { SMTP_URL: `smtp://u:secret@127.0.0.1:${await findFreePort()}`, MAIL_FROM: 'a@b.edu' }
  expect(await complain(mailLook, away)).toMatch(
    /^fail: The mail server 127\.0\.0\.1:\d+ does not \(E(?:CONN|SOCKET)(?!.*secret)/,
  )
})

test('a look that breaks is said, and keeps none of the others from being had', async () => {
  const looks: Look[] = [
    { name: 'one', look: async () => Promise.reject(new Error('It burst')) },
    { name: 'two', look: async () => [ok('Fine.'), warn('Well.', 'Do.'), fail('No.', 'Do.')] },
    backupsLook,
  ]
  const found = await examine(partsOf(), { store: backend.store }, looks)
  expect(found.map(({ name, status }) => `${name} ${status}`)).toEqual([
    'one fail',
    'two ok',
    'two warn',
    'two fail',
    'backups skipped',
  ])
  expect(found[0]?.sentence).toContain('It burst')
})

test('what answers nothing is waited for some seconds only, and a long answer is cut', async () => {
  const server = createServer((socket) => socket.end(`HTTP/1.1 200 OK\r\n\r\n${'x'.repeat(1e6)}`))
  await new Promise<void>((listening) => server.listen(0, '127.0.0.1', listening))
  const { port } = server.address() as AddressInfo
  const { body } = await createAsk()(new URL(`http://127.0.0.1:${port}`))
  expect(body.length).toBeLessThan(2e5)
  server.close()
  await expect(createAsk()(new URL(`http://127.0.0.1:${port}`))).rejects.toThrow('ECONNREFUSED')
})
