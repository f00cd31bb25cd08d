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
    }),
  ).toEqual({
    port: 9000,
    host: '0.0.0.0',
    dataDir: '/srv/chatbox',
    databaseUrl: 'mysql://user:p%40ss@db:3307/chatbox',
    redisUrl: 'rediss://:secret@cache:6380',
    publicUrl: new URL('https://chat.example.edu/'),
  })
})

const wrong: [name: string, value: string][] = [
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
]
test.each(wrong)('%s=%s is refused by name, with the fix and without a secret', (name, value) => {
  const read = () => readConfig({ [name]: value })
  expect(read).toThrow(SettingError)
  expect(read).toThrow(new RegExp(`^${name} is not .*(Set it to|for example)`))
  expect(read).not.toThrow(/secret/)
})
