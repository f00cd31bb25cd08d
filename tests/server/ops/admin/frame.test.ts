import { existsSync, mkdtempSync, readdirSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { defineCommand, done, refused } from '../../../../server/ops/admin/command.ts'
import { COMMANDS } from '../../../../server/ops/admin/commands.ts'
import { type Backend, createBackend, createEmptyBackend } from '../../../support/backend.ts'
import { runFile } from '../run-file.ts'
import { admin, settingsOf } from './run-admin.ts'

let folder: string
let opened: Backend[] = []
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'chatbox-admin-'))
})
afterEach(async () => {
  rmSync(folder, { recursive: true })
  for (const backend of opened) await backend.dispose()
  opened = []
})

async function open(create: () => Promise<Backend>): Promise<Backend> {
  const backend = await create()
  opened.push(backend)
  return backend
}

const greet = defineCommand({
  name: 'people greet',
  summary: 'Says hello to somebody.',
  words: { handle: 'Who is greeted.' },
  options: { with: { value: 'WORD', summary: 'What is said.' } },
  flags: { loudly: 'Says it louder.' },
  on: 'nothing',
  async run(_context, { handle, with: word, loudly }) {
    if (handle === 'nobody') return refused('not_found', 'There is no nobody.')
    if (handle === 'boom') throw new Error('It burst.')
    const said = `${word ?? 'hello'} ${handle}`
    return done({ said, loudly }, [loudly ? said.toUpperCase() : said])
  },
})
const remove = defineCommand({
  name: 'people remove',
  summary: 'Removes.',
  on: 'nothing',
  run: async () => done({}, []),
})
const count = defineCommand({
  name: 'count',
  summary: 'Counts people.',
  on: 'database',
  async run({ store }) {
    const people = await store.db.selectFrom('user').select('id').execute()
    return done({ people: people.length }, [`${people.length}`], people.length > 0)
  },
})
const EXAMPLES = [greet, remove, count]

const tried: [typed: string[], code: number, out: RegExp, error: RegExp][] = [
  [['people', 'greet', 'ann'], 0, /^hello ann\n$/, /^$/],
  [['people', 'greet', 'ann', '--with', 'hi', '--loudly'], 0, /^HI ANN\n$/, /^$/],
  [['people', 'greet', '--with=hi', 'ann'], 0, /^hi ann\n$/, /^$/],
  [['people', 'greet', 'ann', '--json'], 0, /^\{"said":"hello ann","loudly":false\}\n$/, /^$/],
  [['people', 'greet', 'nobody'], 1, /^$/, /^There is no nobody\.\n$/],
  [['people', 'greet', 'nobody', '--json'], 1, /^\{"error":\{"code":"not_found","message":"There.*"\}\}\n$/, /^$/],
  [['people', 'greet', 'boom'], 1, /^$/, /^It burst\.\n$/],
  [['people', 'greet', 'boom', '--json'], 1, /^\{"error":\{"code":"failed","message":"It burst\."\}\}\n$/, /^$/],

  [[], 2, /^$/, /^Say what is to be done\.\n\nUsage: npm run admin -- <command>.*people greet {3}Says hello/s],
  [['walk'], 2, /^$/, /^There is no command "walk"\.\n\nUsage: npm run admin -- <command>/],
  [['people'], 2, /^$/, /^Say what "people" is to do\. It has: greet, remove\./],
  [['people', 'eat'], 2, /^$/, /^"people" has no "eat"\. It has: greet, remove\./],
  [['people', 'greet'], 2, /^$/, /^HANDLE is missing\.\n\nUsage: npm run admin -- people greet HANDLE \[--with WORD\]/],
  [['people', 'greet', ''], 2, /^$/, /^handle is empty\./],
  [['people', 'greet', 'ann', 'bob'], 2, /^$/, /^"bob" is one word too many\./],
  [['people', 'greet', 'ann', '--frob'], 2, /^$/, /^Unknown option '--frob'\.\n/],
  [['people', 'greet', 'ann', '--with'], 2, /^$/, /^Option '--with <value>' argument missing\.\n/],
  [['people', 'greet', 'ann', '--loudly=yes'], 2, /^$/, /^Option '--loudly' does not take an argument\.\n/],
  [['people', 'greet', '--json'], 2, /^\{"error":\{"code":"usage","message":"HANDLE is missing\."\}\}\n$/, /Usage/],

  [['help'], 0, /^Usage: npm run admin -- <command>.*count {10}Counts people\./s, /^$/],
  [['--help'], 0, /^Usage: npm run admin -- <command>/, /^$/],
  [['help', 'people', 'greet'], 0, /^Usage: npm run admin -- people greet.*--with WORD {2}What is said\./s, /^$/],
  [['people', 'greet', '--help'], 0, /^Usage: npm run admin -- people greet HANDLE.*HANDLE {7}Who is greeted/s, /^$/],
  [['people', 'greet', '-h', '--json'], 0, /^\{"help":\["Usage.*\]\}\n$/, /^$/],
]

test.each(tried)('%j', async (typed, code, out, error) => {
  const end = await admin({ DATA_DIR: folder }, typed, EXAMPLES)
  expect([end.out, end.error]).toEqual([expect.stringMatching(out), expect.stringMatching(error)])
  expect(end.code).toBe(code)
})

test('a command works on the database while others have it open, and what it found decides how it ends', async () => {
  const backend = await open(createBackend)
  expect(await admin(settingsOf(backend), ['count'], EXAMPLES)).toMatchObject({ code: 0, out: '0\n' })
  const user = { id: 'u', seq: 1, handle: 'ann', name: 'Ann', picture_id: null, created_at: 1, former: 0 }
  await backend.store.write((db) => backend.store.run(db, backend.store.toInserts('user', [user])))
  const end = await admin(settingsOf(backend), ['count', '--json'], EXAMPLES)
  expect([end.code, end.json()]).toEqual([1, { people: 1 }])
})

test('where there is no database none is made', async () => {
  const end = await admin({ DATA_DIR: join(folder, 'wrong') }, ['count', '--json'], EXAMPLES)
  expect([end.code, end.json()]).toEqual([
    1,
    { error: { code: 'no_database', message: expect.stringContaining(`There is no ChatBox in ${folder}/wrong.`) } },
  ])
  expect(existsSync(join(folder, 'wrong'))).toBe(false)
  expect(readdirSync(folder)).toEqual([])
})

test('a database without a schema is left without one', async () => {
  const backend = await open(createEmptyBackend)
  const end = await admin(settingsOf(backend), ['count', '--json'], EXAMPLES)
  expect(end.json()).toMatchObject({ error: { code: 'no_database' } })
  expect(await backend.store.listSteps()).toEqual([])
})

test('a database of a newer or an older version is refused, and stays as it is', async () => {
  const backend = await open(createBackend)
  const steps = backend.store.db as never as {
    insertInto(table: string): { values(row: object): { execute(): Promise<void> } }
  }
  await steps.insertInto('kysely_migration').values({ name: '9999-later', timestamp: 'now' }).execute()
  const newer = await admin(settingsOf(backend), ['count', '--json'], EXAMPLES)
  expect(newer.json()).toMatchObject({
    error: { code: 'newer_schema', message: expect.stringContaining('"9999-later"') },
  })
  const all = await backend.store.listSteps()
  await backend.store.db
    .deleteFrom('kysely_migration' as 'log')
    .where('name' as 'id', 'in', all.slice(-2))
    .execute()
  const older = await admin(settingsOf(backend), ['count', '--json'], EXAMPLES)
  expect(older.json()).toMatchObject({
    error: { code: 'older_schema', message: expect.stringContaining('npm run migrate') },
  })
  expect(await backend.store.listSteps()).toEqual(all.slice(0, -2))
})

test('a setting that makes no sense is a sentence', async () => {
  const end = await admin({ PORT: 'x' }, ['people', 'greet', 'ann'], EXAMPLES)
  expect([end.code, end.error]).toEqual([1, expect.stringMatching(/^PORT is not a port/)])
})

test('every command has a name of its own, a summary of one line, and help', async () => {
  const names = COMMANDS.map(({ name }) => name)
  expect(new Set(names).size).toBe(names.length)
  // No name is the beginning of another one: "users" and "users list" would be told apart by chance.
  for (const name of names) expect(names.filter((other) => other.startsWith(`${name} `))).toEqual([])
  for (const { name, summary } of COMMANDS) {
    expect(name).toMatch(/^[a-z-]+( [a-z-]+)?$/)
    expect(summary).toMatch(/^[A-Z][^\n]*\.$/)
    expect((await admin({}, ['help', ...name.split(' ')])).out).toContain(summary)
  }
})

test('as a process it answers with one document and its code', { timeout: 60_000 }, async () => {
  const backend = await open(createBackend)
  const { printed, code } = runFile('server/ops/admin.ts', settingsOf(backend), ['verify', '--json'])
  expect(await code).toBe(0)
  expect(JSON.parse(printed.out)).toMatchObject({ ok: true })
  const wrong = runFile('server/ops/admin.ts', settingsOf(backend), ['frob'])
  expect([await wrong.code, wrong.printed.out]).toEqual([2, ''])
})
