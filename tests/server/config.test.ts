import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { readConfig, SettingError } from '../../server/config.ts'

test('with nothing set ChatBox runs by itself', () => {
  expect(readConfig({})).toEqual({
    port: 8080,
    host: '127.0.0.1',
    dataDir: 'data',
    databaseUrl: undefined,
    redisUrl: undefined,
    publicUrl: undefined,
    filesBucket: undefined,
    fileBytesMax: 100_000_000,
    accountFilesBytesMax: 2_000_000_000,
    filesBytesMax: undefined,
    peopleOnDevicesMax: 5_000,
    https: undefined,
    metrics: undefined,
    drainMs: 0,
    limits: 'on',
  })
})

test('what is empty counts as not set', () => {
  expect(readConfig({ PORT: '', DATABASE_URL: ' ', REDIS_URL: '' })).toEqual(readConfig({}))
})

test('every setting is taken', () => {
  expect(
    readConfig({
      PORT: '9000',
      HOST: '0.0.0.0',
      DATA_DIR: '/srv/chatbox',
      DATABASE_URL: 'mariadb://user:p%40ss@db:3307/chatbox',
      REDIS_URL: 'rediss://:secret@cache:6380',
      PUBLIC_URL: 'https://chat.example.edu',
      FILES_URL: 's3://KEY:a%2Fb@s3.example.edu:9000/chat-files/campus?region=eu-1&tls=no',
      FILE_BYTES_MAX: '1.5 GB',
      ACCOUNT_FILES_BYTES_MAX: '500mb',
      FILES_BYTES_MAX: '1000000',
      PEOPLE_ON_DEVICES_MAX: '20000',
      DRAIN_SECONDS: '15',
      BACKUP_DIR: '/var/backups/chatbox',
      BACKUP_EVERY: '6',
      BACKUP_KEEP: '30',
      METRICS_PORT: '9091',
      METRICS_HOST: '10.0.0.1',
      METRICS_TOKEN: '0123456789abcdef',
      LIMITS: 'off',
    }),
  ).toEqual({
    port: 9000,
    host: '0.0.0.0',
    dataDir: '/srv/chatbox',
    databaseUrl: 'mysql://user:p%40ss@db:3307/chatbox',
    redisUrl: 'rediss://:secret@cache:6380',
    publicUrl: new URL('https://chat.example.edu/'),
    filesBucket: {
      endpoint: 'http://s3.example.edu:9000',
      region: 'eu-1',
      bucket: 'chat-files',
      prefix: 'campus/',
      accessKeyId: 'KEY',
      secretAccessKey: 'a/b',
    },
    fileBytesMax: 1_500_000_000,
    accountFilesBytesMax: 500_000_000,
    filesBytesMax: 1_000_000,
    peopleOnDevicesMax: 20_000,
    https: undefined,
    metrics: { port: 9091, host: '10.0.0.1', token: '0123456789abcdef' },
    drainMs: 15_000,
    backups: { folder: '/var/backups/chatbox', everyMs: 6 * 60 * 60_000, keep: 30 },
    limits: 'off',
  })
})

test('HTTPS by itself listens where the world asks, and is known by its name', () => {
  expect(readConfig({ HTTPS: 'Chat.Example.edu' })).toMatchObject({
    ...{ port: 443, host: '::', publicUrl: new URL('https://chat.example.edu/') },
    https: {
      name: 'chat.example.edu',
      httpPort: 80,
      authority: {
        directoryUrl: 'https://acme-v02.api.letsencrypt.org/directory',
        caFile: undefined,
        email: undefined,
      },
    },
  })
  const moved = { HTTPS: 'chat.example.edu', HTTPS_PORT: '8443', HTTP_PORT: '8080', HOST: '10.0.0.1' }
  expect(readConfig(moved)).toMatchObject({ port: 8443, host: '10.0.0.1', https: { httpPort: 8080 } })
  expect(readConfig(moved).publicUrl?.href).toBe('https://chat.example.edu:8443/')
  // A router leads 443 to it.
  expect(readConfig({ ...moved, PUBLIC_URL: 'https://chat.example.edu' }).publicUrl?.href).toBe(
    'https://chat.example.edu/',
  )
  expect(() => readConfig({ ...moved, PUBLIC_URL: 'https://other.example.edu' })).toThrow(/^PUBLIC_URL is not the name/)
  expect(() => readConfig({ ...moved, ACME_EMAIL: 'nobody' })).toThrow(/^ACME_EMAIL is not .*for example/)
  expect(() => readConfig({ ...moved, ACME_DIRECTORY_URL: 'http://acme' })).toThrow(
    /^ACME_DIRECTORY_URL is not .*for example/,
  )
})

const wrong: [name: string, value: string][] = [
  ['PEOPLE_ON_DEVICES_MAX', 'many'],
  ['HTTPS', 'https://chat.example.edu'],
  ['HTTPS', 'chat.example.edu:443'],
  ['HTTPS', 'yes please'],
  ['HTTPS', '192.0.2.1'],
  ['HTTPS', '-chat.example.edu'],
  ['METRICS_PORT', '-1'],
  ['METRICS_TOKEN', 'secret'],
  ['METRICS_TOKEN', 'a secret with spaces'],
  ['PORT', 'http'],
  ['PORT', '-1'],
  ['PORT', '65536'],
  ['DATABASE_URL', 'postgres://user:secret@db/chatbox'],
  ['DATABASE_URL', 'user:secret@db'],
  ['DATABASE_URL', 'mysql://user:secret@db'],
  ['REDIS_URL', 'localhost:6379'],
  ['REDIS_URL', 'http://:secret@cache'],
  ['PUBLIC_URL', 'chat.example.edu'],
  ['PUBLIC_URL', 'https://example.edu/chat'],
  ['PUBLIC_URL', 'ftp://example.edu'],
  ['FILES_URL', 'https://KEY:secret@s3.example.edu/files'],
  ['FILES_URL', 's3://KEY:secret@s3.example.edu'],
  ['FILES_URL', 's3://s3.example.edu/files'],
  ['FILES_URL', 's3://KEY:%secret@s3.example.edu/files'],
  ['FILES_URL', 's3://KEY:secret@s3.example.edu/files?tls=maybe'],
  ['FILES_URL', 's3://KEY:secret@s3.example.edu/Not_A_Bucket'],
  ['FILE_BYTES_MAX', 'much'],
  ['FILE_BYTES_MAX', '0'],
  ['FILE_BYTES_MAX', '-1MB'],
  ['ACCOUNT_FILES_BYTES_MAX', '10MiB'],
  ['FILES_BYTES_MAX', '99999999TB'],
]
test('what a bucket’s address leaves out is what most have', () => {
  expect(readConfig({ FILES_URL: 's3://KEY:secret@s3.example.edu/files/' }).filesBucket).toMatchObject({
    ...{ endpoint: 'https://s3.example.edu', region: 'us-east-1', bucket: 'files', prefix: '' },
  })
})

test.each(wrong)('%s=%s is refused by name, with the fix and without a secret', (name, value) => {
  const read = () => readConfig({ [name]: value })
  expect(read).toThrow(SettingError)
  expect(read).toThrow(new RegExp(`^${name} is not .*(Set it to|for example)`))
  expect(read).not.toThrow(/secret/)
})

const SSO = {
  SSO_ISSUER: 'https://login.example.edu/realms/campus',
  SSO_CLIENT_ID: 'chatbox',
  SSO_CLIENT_SECRET: 'of the tests',
}

test('single sign-on is taken with its name, or that of its host', () => {
  const taken = { issuer: new URL(SSO.SSO_ISSUER), clientId: 'chatbox', clientSecret: 'of the tests' }
  expect(readConfig(SSO).sso).toEqual({ ...taken, name: 'login.example.edu' })
  expect(readConfig({ ...SSO, SSO_NAME: 'Campus login' }).sso).toEqual({ ...taken, name: 'Campus login' })
})

test('its secret is taken from a file', () => {
  const folder = mkdtempSync(join(tmpdir(), 'chatbox-secret-'))
  const path = join(folder, 'secret')
  writeFileSync(path, 'in a file\n')
  expect(readConfig({ ...SSO, SSO_CLIENT_SECRET: '', SSO_CLIENT_SECRET_FILE: path }).sso?.clientSecret).toBe(
    'in a file',
  )
  rmSync(folder, { recursive: true })
  expect(() => readConfig({ ...SSO, SSO_CLIENT_SECRET: '', SSO_CLIENT_SECRET_FILE: path })).toThrow(
    /^SSO_CLIENT_SECRET_FILE /,
  )
})

test.each([
  ['http elsewhere', { ...SSO, SSO_ISSUER: 'http://login.example.edu' }, /^SSO_ISSUER .* https/],
  ['no address', { ...SSO, SSO_ISSUER: 'campus' }, /^SSO_ISSUER /],
  ['no secret', { ...SSO, SSO_CLIENT_SECRET: '' }, /^SSO_CLIENT_ID and SSO_CLIENT_SECRET /],
  ['no client', { ...SSO, SSO_CLIENT_ID: '' }, /^SSO_CLIENT_ID and SSO_CLIENT_SECRET /],
])('single sign-on with %s ends the start with a sentence', (_, env, sentence) => {
  expect(() => readConfig(env)).toThrow(SettingError)
  expect(() => readConfig(env)).toThrow(sentence)
})
