import { createConnection } from 'mysql2/promise'
import { execFileSync } from 'node:child_process'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, inject, test } from 'vitest'
import { openSqlite } from '../../../server/store/sqlite.ts'
import type { ClassroomsAnswer } from '../../../shared/classroom/http.ts'
import type { PullPage } from '../../../shared/protocol/http.ts'
import { PROTOCOL_HEADER, PROTOCOL_VERSION } from '../../../shared/protocol/version.ts'
import { send } from '../../support/campus.ts'
import { findFreePort } from '../../support/free-port.ts'
import { readReadme } from '../../support/readme.ts'
import { startMariadb } from '../../support/services.ts'
import { waitFor } from '../../support/wait-for.ts'
import { exampleFile, uploadCalls } from '../files/upload-calls.ts'
import { createCall } from '../http/api-server.ts'
import { MAIN, ROOT, runFile } from './run-file.ts'

/*
 * Follows the README's "Backup and restore" to the letter: its own lines, in the folder of an operator.
 */

let folder: string
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'chatbox-backup-'))
})
afterEach(() => rmSync(folder, { recursive: true }))

const readme = readReadme(join(ROOT, 'README.md'))
const ENOUGH_TIME = { timeout: 90_000 }

/** Runs the lines of the README's section that have this in them. */
function follow(heading: string, words: string): void {
  const blocks = [...readme.section(heading).matchAll(/```(sh|sql)\n([^`]*)```/g)]
  const [block] = blocks.filter(([, , lines = '']) => lines.includes(words))
  if (block === undefined) throw new Error(`the README says nothing of "${words}" under "${heading}"`)
  const [, language, lines = ''] = block
  const program = language === 'sql' ? ['mariadb'] : ['sh', '-e']
  execFileSync('env', [`HOME=${folder}`, ...program], {
    cwd: folder,
    input: lines,
    stdio: ['pipe', 'inherit', 'inherit'],
  })
}

interface Server {
  url: string
  port: number
  stop(): Promise<void>
}

async function start(settings: Record<string, string>): Promise<Server> {
  const port = await findFreePort()
  const { child, printed, code } = runFile(MAIN, { PORT: String(port), ...settings })
  await waitFor('the server', () => (printed.out.includes('ready') ? true : undefined))
  return {
    ...{ port, url: `http://127.0.0.1:${port}` },
    async stop() {
      child.kill('SIGTERM')
      expect([await code, printed.error]).toEqual([0, ''])
    },
  }
}

async function call({ url }: Server, path: string, cookie = '', body?: object) {
  const answer = await fetch(`${url}${path}`, {
    headers: { cookie, 'content-type': 'application/json', [PROTOCOL_HEADER]: String(PROTOCOL_VERSION) },
    ...(body && { method: 'POST', body: JSON.stringify(body) }),
  })
  expect(answer.status, path).toBeLessThan(300)
  const said: unknown = await answer.json()
  return { cookie: answer.headers.get('set-cookie')?.split(';')[0] ?? '', said }
}

const CREDENTIALS = { handle: 'ann', password: 'correct horse' }
const FILE_TEXT = 'The board'
const TEXTS = Array.from({ length: 20 }, (_, index) => `What was said as number ${index}`)

/** Somebody registers, says much, sends a file, and makes a classroom. */
async function fill(server: Server): Promise<void> {
  const { cookie } = await call(server, '/api/register', '', { ...CREDENTIALS, name: 'Ann' })
  await call(server, '/api/commands', cookie, { commands: TEXTS.map((text) => send(undefined, text)) })
  await sendFile(server, cookie)
  await call(server, '/api/classrooms', cookie, {
    title: 'Algebra',
    mode: 'open',
    opensAt: null,
    endsAt: null,
    threadsUntil: null,
    slowSeconds: 0,
    answers: 'staff',
    names: false,
    words: [],
    groupId: null,
  })
}

const CONTENT = 'What was written on the board'

/** Sends a file to everyone. */
async function sendFile(server: Server, cookie: string): Promise<void> {
  const file = exampleFile(CONTENT)
  expect((await uploadCalls({ call: createCall(server.port) }, cookie).upload(file)).status).toBe(200)
  await call(server, '/api/commands', cookie, {
    commands: [send(undefined, FILE_TEXT, { files: [{ id: file.id, description: '' }] })],
  })
}

async function say(server: Server, text: string): Promise<void> {
  const { cookie } = await call(server, '/api/sign-in', '', CREDENTIALS)
  await call(server, '/api/commands', cookie, { commands: [send(undefined, text)] })
}

/** What is there for the one who signs in. */
async function look(server: Server): Promise<{ texts: (string | null)[]; files: string[]; classrooms: string[] }> {
  const { cookie } = await call(server, '/api/sign-in', '', CREDENTIALS)
  const page = (await call(server, '/api/pull?log=campus&epoch=&cursor=0', cookie)).said as PullPage
  const { staffed } = (await call(server, '/api/classrooms', cookie)).said as ClassroomsAnswer
  const messages = page.rows.filter((row) => row.type === 'message')
  const { get } = uploadCalls({ call: createCall(server.port) }, cookie)
  const files = await Promise.all(messages.flatMap((row) => row.files ?? []).map(({ id }) => get(id)))
  return {
    texts: messages.map(({ text }) => text),
    files: files.map(({ content }) => content.toString()),
    classrooms: staffed.map(({ title }) => title),
  }
}

const EVERYTHING = { texts: [...TEXTS, FILE_TEXT], files: [CONTENT], classrooms: ['Algebra'] }

const HEADING = '## Backup and restore'

if (inject('backend').kind === 'sqlite') {
  const settings = () => ({ DATA_DIR: join(folder, 'data') })

  /** After an accident, which leaves files that must not be taken for the restored ones. */
  async function restore(): Promise<Server> {
    const store = openSqlite(join(folder, 'data'))
    await store.db.deleteFrom('message').execute()
    await store.db.deleteFrom('classroom').execute()
    await store.close()
    rmSync(join(folder, 'data', 'files'), { recursive: true })
    follow(HEADING, 'cp -a backup/')
    return start(settings())
  }

  test('a copy of the folder of a server that was stopped brings everything back', ENOUGH_TIME, async () => {
    const server = await start(settings())
    await fill(server)
    await server.stop()
    follow(HEADING, 'cp -a data backup')
    const restored = await restore()
    expect(await look(restored)).toEqual(EVERYTHING)
    await restored.stop()
  })

  test('copies that were made while a server runs bring everything back', ENOUGH_TIME, async () => {
    const server = await start(settings())
    await fill(server)
    follow(HEADING, '.backup')
    follow(HEADING, 'cp -au data/files')
    await server.stop()
    const restored = await restore()
    expect(await look(restored)).toEqual(EVERYTHING)
    await restored.stop()
  })
} else {
  test('a dump that was made while a server runs brings everything back', ENOUGH_TIME, async () => {
    const mariadb = await startMariadb()
    const connection = await createConnection(mariadb.url)
    await connection.query("create user operator@'%'")
    await connection.query("grant all on *.* to operator@'%' with grant option")
    await connection.query("drop user chatbox@'%'")
    await connection.end()
    writeFileSync(join(folder, '.my.cnf'), `[client]\nhost=127.0.0.1\nport=${mariadb.port}\nuser=operator\n`)
    follow('## Several processes over MySQL and Redis', 'create database')
    const address = `mysql://chatbox:secret@127.0.0.1:${mariadb.port}/chatbox`
    const settings = { DATABASE_URL: address, DATA_DIR: join(folder, 'data') }
    const server = await start(settings)
    await fill(server)
    follow(HEADING, 'mariadb-dump')
    follow(HEADING, 'cp -au data/files')
    await say(server, 'Said since the backup')
    await server.stop()
    rmSync(join(folder, 'data', 'files', 'content'), { recursive: true })
    follow(HEADING, 'mariadb chatbox <')
    const restored = await start(settings)
    expect(await look(restored)).toEqual(EVERYTHING)
    await restored.stop()
    await mariadb.stop()
  })
}
