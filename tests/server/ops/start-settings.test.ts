import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { createServer } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, test } from 'vitest'
import { findFreePort } from '../../support/free-port.ts'
import { expectSentence, MAIN } from './run-file.ts'

let folder: string
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'chatbox-start-'))
})
afterEach(() => rmSync(folder, { recursive: true }))

test('a port that is taken', async () => {
  const other = createServer()
  const port = await findFreePort()
  await new Promise<void>((resolve) => other.listen(port, '127.0.0.1', resolve))
  await expectSentence(MAIN, { PORT: String(port), DATA_DIR: folder }, new RegExp(`^Port ${port} is taken.*set PORT`))
  await new Promise((resolve) => other.close(resolve))
})

test('a port for the metrics that is taken', async () => {
  const other = createServer()
  const port = String(await findFreePort())
  await new Promise<void>((resolve) => other.listen(Number(port), '127.0.0.1', resolve))
  const env = { PORT: String(await findFreePort()), METRICS_PORT: port, DATA_DIR: folder }
  await expectSentence(MAIN, env, new RegExp(`^Port ${port} is taken.*set METRICS_PORT`))
  await new Promise((resolve) => other.close(resolve))
})

test('a database that is not there', async () => {
  const url = `mysql://user:secret@127.0.0.1:${await findFreePort()}/chatbox`
  await expectSentence(MAIN, { DATABASE_URL: url }, /^The database did not let us in \(ECONNREFUSED\).*DATABASE_URL/)
  await expectSentence('server/ops/migrate.ts', { DATABASE_URL: url }, /^The database did not let us in/)
})

test('a folder that cannot be written to', async () => {
  const file = join(folder, 'file')
  writeFileSync(file, '')
  const env = { DATA_DIR: join(file, 'data') }
  await expectSentence(MAIN, env, /^The folder .* cannot be written to.*DATA_DIR/)
})

test('a database file that cannot be opened', async () => {
  mkdirSync(join(folder, 'chatbox.sqlite'))
  const env = { DATA_DIR: folder }
  await expectSentence(MAIN, env, /^The folder .* cannot be written to.*DATA_DIR/)
})

test('a wrong setting', async () => {
  await expectSentence(MAIN, { PORT: 'http', DATA_DIR: folder }, /^PORT is not a port/)
})
